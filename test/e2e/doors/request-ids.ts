import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FunctionName } from '../../../infra/functions/index.ts';
import { localToken } from '../../../tools/client.ts';
import { findTables } from '../../../tools/find-tables.ts';
import { planting } from '../../support/plant.ts';
import { talkTo } from '../../support/platform.ts';
import { asking, bearer } from './ask.ts';
import { functionOf, type Running } from './running.ts';

/** Lines of a function's log with this request's id. */
function logged(running: Running, name: FunctionName, requestId: string): Record<string, unknown>[] {
  const text = readFileSync(join(running.dataDir, 'logs', `${functionOf(running, name).name}.log`), 'utf8');
  return text
    .split('\n')
    .filter(line => line.includes(requestId))
    .map(line => JSON.parse(line));
}

/** The request id from the caller through the bus to the logs. */
export function describeRequestIds(running: () => Running): void {
  const ask = asking(running);

  describe('the id of a request', () => {
    it('uses one request id in the answer, on the bus, and in the log of the processed events', async () => {
      const occurredAt = '2026-04-08T08:00:00+08:00';
      const event = { eventId: 'e-1', driverId: 'd-1', activity: 'report', occurredAt };
      const { status, headers } = await ask('POST', '/v1/volunteer-events', bearer(running()), {
        events: [event],
      });
      expect(status).toBe(202);
      const requestId = headers.get('x-request-id') ?? '';
      expect(requestId).toBe(headers.get('apigw-requestid'));
      await talkTo(running().platform.url).drain();
      expect(logged(running(), 'award-points', requestId)).toMatchObject([
        { message: 'events processed', requestId, platformId: 'rides', events: 1, failed: 0 },
      ]);
    });

    it('returns the request id of the error’s log line in a 503 answer', async () => {
      const plant = planting(await findTables(running().platform.tablesEndpoint));
      await plant.put('accounts', { driverId: 'torn', seq: 'torn' });
      const token = await localToken(running().platform.url, 'driver', 'torn');
      const answer = await ask('GET', '/v1/drivers/torn', { authorization: `Bearer ${token}` });
      await plant.remove('accounts', { driverId: 'torn' });
      expect(answer.status).toBe(503);
      const { code, requestId } = (await answer.json()) as { code: string; requestId: string };
      expect(code).toBe('try-again');
      expect(logged(running(), 'wallet', requestId)).toMatchObject([
        { level: 'ERROR', message: 'request failed', requestId, error: { name: 'ZodError' } },
      ]);
    });
  });
}
