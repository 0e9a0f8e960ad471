import { afterEach, expect, it } from 'vitest';
import { callsMax } from '../../local/http/gateway.ts';
import type { Between } from '../../local/workers/between.ts';
import { type FixturePlatform, startFixture } from './fixture/platform.ts';

/** What stands between the platform and its functions, and what the gateway does while a function is held up. */

let platform: FixturePlatform | undefined;
afterEach(() => platform?.close());

async function startWith(between: Between): Promise<FixturePlatform> {
  platform = await startFixture({ between });
  return platform;
}

it('ends a function as its time limit does, and an idle worker', async () => {
  const ends: AbortController[] = [];
  const { call } = await startWith({
    invoke: (_, event, proceed) => {
      const end = new AbortController();
      ends.push(end);
      return proceed(event, end.signal);
    },
  });
  expect((await call('POST', '/count')).body).toMatchObject({ count: 1 });
  expect((await call('POST', '/count')).body).toMatchObject({ count: 2 });
  for (const end of ends) end.abort();
  // Another worker, which has not counted yet.
  expect((await call('POST', '/count')).body).toMatchObject({ count: 1 });
  const hanging = call('POST', '/hang');
  await expect.poll(() => ends.length).toBe(4);
  ends.at(-1)?.abort();
  expect(await hanging).toMatchObject({ status: 503, body: { code: 'try-again' } });
});

it('gives functions another environment', async () => {
  const { call } = await startWith({
    environment: (functionName, own) => ({ ...own, STANDS_BETWEEN: functionName }),
  });
  const { body } = await call('POST', '/environment');
  expect(body).toMatchObject({ STANDS_BETWEEN: expect.stringContaining('Fixture') });
});

it('serves so many calls at a time, refuses more with Retry-After, and takes them again afterwards', async () => {
  const held = Promise.withResolvers<void>();
  const { call } = await startWith({
    invoke: async (_, event, proceed) => {
      await held.promise;
      return proceed(event);
    },
  });
  const more = 20;
  const refused: (string | null)[] = [];
  const calls = Array.from({ length: callsMax + more }, async () => {
    const answer = await call('GET', '/echo/a/b');
    if (answer.status === 503) refused.push(answer.headers.get('retry-after'));
    return answer.status;
  });
  await expect.poll(() => refused.length).toBe(more);
  expect(refused.every(after => Number(after) > 0)).toBe(true);
  held.resolve();
  expect((await Promise.all(calls)).filter(status => status === 200)).toHaveLength(callsMax);
  expect((await call('GET', '/echo/a/b')).status).toBe(200);
});
