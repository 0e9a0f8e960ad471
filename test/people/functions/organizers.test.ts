import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { handler as Callers } from '../../../functions/callers.ts';
import type { handler as Rankings } from '../../../functions/manage-rankings.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { call } from '../../support/call.ts';
import { freshDatabase, useEnvironment } from '../../support/database.ts';
import { City } from '../../support/ranking-city.ts';

/** What organizers ask for reaches the use case in its place: two words side by side are not the other way round. */

let city: City;
let callers: typeof Callers;
let rankings: typeof Rankings;

beforeAll(async () => {
  const database = await freshDatabase();
  useEnvironment(database);
  city = new City(database);
  ({ handler: callers } = await import('../../../functions/callers.ts'));
  ({ handler: rankings } = await import('../../../functions/manage-rankings.ts'));
  vi.useFakeTimers({ toFake: ['Date'], now: instantOf('2026-04-08T12:00:00+08:00') });
});
afterAll(() => {
  vi.useRealTimers();
});

it('hands a caller over from the old name to the new one', async () => {
  const params = { callerId: 'client-old' };
  const as = 'organizer li';
  const body = { role: 'platform', id: 'rides' };
  await call(callers, { route: 'PUT /v1/callers/{callerId}', params, body, as });
  const rekeyed = await call(callers, {
    ...{ route: 'POST /v1/callers/{callerId}/rekey', params, as },
    body: { newCallerId: 'client-new' },
  });
  expect(rekeyed).toMatchObject({ status: 200, body: { callerId: 'client-new', enabled: true } });
  const old = await call(callers, { route: 'GET /v1/callers/{callerId}', params, as });
  expect(old.body).toMatchObject({ callerId: 'client-old', enabled: false });
});

it('corrects a ranking for the reason that is given, in the name of who asks', async () => {
  await city.register('d-1', '王师傅', true);
  await city.award('d-1', 'e-1');
  city.now = '2026-04-03T02:00:00+08:00';
  await city.close('2026-03');
  const params = { month: '2026-03' };
  const as = 'organizer li';
  await call(rankings, { route: 'POST /v1/rankings/{month}/publish', params, as });
  const { body } = await call(rankings, {
    ...{ route: 'POST /v1/rankings/{month}/corrections', params, as },
    body: { reason: 'was not there' },
  });
  expect(body).toMatchObject({ state: 'corrected', version: 2, reason: 'was not there', author: 'li' });
});
