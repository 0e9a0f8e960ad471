import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** A bus whose first answer never comes. */
let requests = 0;
const bus = createServer((request, response) => {
  request.resume();
  requests += 1;
  if (requests === 1) return;
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: 'event-1' }] }));
  });
});

beforeAll(async () => {
  await new Promise<void>(resolve => bus.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    ...{ AWS_REGION: 'local', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    AWS_ENDPOINT_URL_EVENTBRIDGE: `http://127.0.0.1:${(bus.address() as AddressInfo).port}`,
    ...{ ANSWER_WITHIN_MS: '200', BUS_NAME: 'bus', POWERTOOLS_METRICS_DISABLED: 'true' },
  });
});
afterAll(() => {
  bus.closeAllConnections();
  bus.close();
});

it('a call that is never answered is sent again, and does not hold the function up to its time limit', async () => {
  const { putEvents } = await import('../../shared/runtime/bus.ts');
  const accepted = await putEvents([{ source: 'nuanxin', detailType: 'PointsAwarded', detail: {} }]);
  expect(accepted).toEqual([true]);
  expect(requests).toBe(2);
});

it('events for a bus that cannot be reached are not accepted, each of them', async () => {
  bus.closeAllConnections();
  await new Promise(resolve => bus.close(resolve));
  const { putEvents } = await import('../../shared/runtime/bus.ts');
  const event = { source: 'nuanxin', detailType: 'PointsAwarded', detail: {} };
  expect(await putEvents([event, event])).toEqual([false, false]);
});
