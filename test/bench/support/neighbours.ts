import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** The bus and the secrets as a function needs them to be measured: they answer at once and keep nothing. */
export async function startNeighbours(secret: unknown) {
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as { Entries?: unknown[] };
    const answer = body.Entries
      ? { FailedEntryCount: 0, Entries: body.Entries.map((_, at) => ({ EventId: `event-${at}` })) }
      : { SecretString: JSON.stringify(secret) };
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    environment: {
      AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
      BUS_NAME: 'bus',
      CODE_KEYS_SECRET_ARN: 'code-keys',
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
