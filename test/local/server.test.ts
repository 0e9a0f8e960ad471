import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { json } from '../../local/http/problem.ts';
import { readBody } from '../../local/http/read-body.ts';
import { PublicServer } from '../../local/http/server.ts';

const server = new PublicServer(() => {}, {
  headersTimeout: 100,
  requestTimeout: 100,
  connectionsCheckingInterval: 20,
});
let url: string;
beforeAll(async () => {
  url = await server.listen(0);
  server.serve(async () => json(200, {}));
});
afterAll(() => server.close());

/** Sends the text on a new connection and returns everything that comes back. */
async function answerTo(sent: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(sent);
  return text(socket);
}

it('answers 503 with Retry-After when a request does not arrive in time', async () => {
  const answer = await answerTo('GET /v1/rewards HTTP/1.1\r\nhost: here\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/);
  expect(answer).toMatch(/\r\nretry-after: 1\r\n/);
  expect(answer).toContain('"code":"try-again"');
});

it('answers 400 to input that is not HTTP', async () => {
  const answer = await answerTo('good morning\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\ncontent-type: application\/problem\+json\r\n/);
  expect(answer).toContain('"code":"malformed"');
});

it('does not wait for the body of a caller that has disconnected', async () => {
  const other = new PublicServer(() => {});
  const port = Number(new URL(await other.listen(0)).port);
  const bodies: unknown[] = [];
  other.serve(async request => {
    await expect.poll(() => request.destroyed).toBe(true); // for example while a token is verified
    bodies.push(await readBody(request, 1000));
    return json(200, {});
  });
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 1000\r\n\r\nhalf');
  setTimeout(() => socket.resetAndDestroy(), 50);
  await expect.poll(() => bodies).toEqual(['aborted']);
  await other.close();
});
