import { afterEach, expect, it } from 'vitest';
import { requestsMax } from '../../local/http/gateway.ts';
import type { FunctionHooks } from '../../local/workers/function-hooks.ts';
import { type FixturePlatform, startFixture } from './fixture/platform.ts';

let platform: FixturePlatform | undefined;
afterEach(() => platform?.close());

async function startWith(hooks: FunctionHooks): Promise<FixturePlatform> {
  platform = await startFixture({ hooks });
  return platform;
}

it('aborts a running invocation like a time-out, and terminates an idle worker', async () => {
  const controllers: AbortController[] = [];
  const { call } = await startWith({
    invoke: (_, event, proceed) => {
      const controller = new AbortController();
      controllers.push(controller);
      return proceed(event, controller.signal);
    },
  });
  expect((await call('POST', '/count')).body).toMatchObject({ count: 1 });
  expect((await call('POST', '/count')).body).toMatchObject({ count: 2 });
  for (const controller of controllers) controller.abort();
  // A new worker has replaced the one that counted.
  expect((await call('POST', '/count')).body).toMatchObject({ count: 1 });
  const hanging = call('POST', '/hang');
  await expect.poll(() => controllers.length).toBe(4);
  controllers.at(-1)?.abort();
  expect(await hanging).toMatchObject({ status: 503, body: { code: 'try-again' } });
});

it('changes the environment of a function', async () => {
  const { call } = await startWith({
    environment: (functionName, own) => ({ ...own, ADDED_BY_HOOK: functionName }),
  });
  const { body } = await call('POST', '/environment');
  expect(body).toMatchObject({ ADDED_BY_HOOK: expect.stringContaining('Fixture') });
});

it('refuses requests above the concurrency limit with Retry-After, and accepts new ones afterwards', async () => {
  const gate = Promise.withResolvers<void>();
  const { call } = await startWith({
    invoke: async (_, event, proceed) => {
      await gate.promise;
      return proceed(event);
    },
  });
  const excess = 20;
  const refused: (string | null)[] = [];
  const requests = Array.from({ length: requestsMax + excess }, async () => {
    const answer = await call('GET', '/echo/a/b');
    if (answer.status === 503) refused.push(answer.headers.get('retry-after'));
    return answer.status;
  });
  await expect.poll(() => refused.length).toBe(excess);
  expect(refused.every(after => Number(after) > 0)).toBe(true);
  gate.resolve();
  expect((await Promise.all(requests)).filter(status => status === 200)).toHaveLength(requestsMax);
  expect((await call('GET', '/echo/a/b')).status).toBe(200);
});
