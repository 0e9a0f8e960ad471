import type { FunctionName } from '../../../infra/functions/index.ts';
import type { Stage, Who } from '../stage/stage.ts';
import type { Run, UseCase } from '../use-case.ts';
import { post } from '../world.ts';

const office = 'organizer office';
const month = '2026-03';
const people = ['ann', 'bo', 'cy'];

/** Creates the data once per stage, because reading changes nothing. */
async function furnish({ stage, number }: Run): Promise<void> {
  if (number > 0) return;
  const person = { displayName: '王师傅', occupation: 'driver', platformId: 'rides', publishConsent: true };
  for (const [index, driverId] of people.entries()) {
    await stage.ask('organizer office', `PUT /v1/drivers/${driverId}`, { ...person, district: 'donghu' });
    const events = Array.from({ length: 2 + index }, (_, n) => ({
      ...{ eventId: `${driverId}-${n}`, driverId, activity: 'rescue', district: 'donghu' },
      evidence: [`https://photos.example/${driverId}-${n}.jpg`],
    }));
    await post(stage, events);
  }
  for (const rewardId of ['cup', 'lamp', 'tea']) {
    await stage.ask('organizer office', `PUT /v1/rewards/${rewardId}`, {
      ...{ name: '保温杯', kind: 'goods', points: 20, stockTracked: false, holdMinutes: 60, subsidyFen: 500 },
      outlets: ['station-east'],
    });
  }
  await stage.drain();
  for (const [index, driverId] of people.entries()) {
    const held = await reserve(stage, driverId, 'cup');
    await stage.ask('merchant station-east', 'POST /v1/redemptions/confirmations', {
      ...{ code: held.code, requestNo: `till-${index}` },
    });
    await reserve(stage, driverId, 'tea');
  }
  await stage.drain();
  await stage.run('refresh-rankings');
  await stage.run('reconcile');
}

/** The same with March closed. */
async function furnishClosed(run: Run): Promise<void> {
  if (run.number > 0) return;
  await furnish(run);
  await run.stage.setClock('2026-04-03T12:00:00+08:00');
  await run.stage.ask(office, `POST /v1/rankings/${month}/close`);
  await run.stage.drain();
}

function reserve(stage: Stage, driverId: string, rewardId: string): Promise<{ code: string }> {
  const headers = { 'idempotency-key': rewardId };
  return stage.ask(`driver ${driverId}`, 'POST /v1/redemptions', { rewardId }, headers);
}

/** Reads a list to its end, two items per page, so that a lost item is missed. */
async function listed(stage: Stage, who: Who, path: string): Promise<unknown[]> {
  const items: unknown[] = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await stage.ask(who, `GET ${path}${path.includes('?') ? '&' : '?'}limit=2${more}`);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

/** An answer is complete, or the call fails and is retried. */
function reading(
  name: string,
  breaks: FunctionName,
  look: (stage: Stage) => Promise<unknown>,
  prepare = furnish,
): UseCase {
  return { name, breaks, source: 'http', prepare, act: ({ stage }) => look(stage) };
}

export const reads = [
  reading('read a wallet', 'wallet', async stage => [
    await stage.ask('driver cy', 'GET /v1/drivers/cy'),
    await listed(stage, 'driver cy', '/v1/drivers/cy/entries'),
  ]),
  reading('read a receipt', 'receipts', stage =>
    stage.ask('platform rides', 'GET /v1/volunteer-events/cy-0'),
  ),
  reading('read rewards', 'rewards', async stage => [
    await listed(stage, 'anybody', '/v1/rewards'),
    await stage.ask('anybody', 'GET /v1/rewards/cup'),
  ]),
  reading('read redemptions', 'redemptions', stage => listed(stage, 'driver cy', '/v1/redemptions')),
  reading('read a statement', 'statements', async stage => {
    const path = `/v1/merchants/station-east/statements/${month}`;
    return [
      await stage.ask('merchant station-east', `GET ${path}`),
      await stage.ask(office, `GET ${path}?format=csv`),
    ];
  }),
  reading('read a ranking', 'rankings', async stage => [
    await listed(stage, office, `/v1/rankings/${month}`),
    await stage.ask('driver bo', `GET /v1/rankings/${month}/drivers/bo`),
  ]),
  reading(
    'read a closed ranking',
    'rankings',
    async stage => [
      await stage.ask('driver bo', `GET /v1/rankings/${month}/drivers/bo/proof`),
      await listed(stage, office, `/v1/rankings/${month}/versions`),
      await listed(stage, office, `/v1/rankings/${month}/versions/1/changes`),
      await stage.ask(office, `GET /v1/rankings/${month}/export`),
      await stage.ask(office, `GET /v1/rankings/${month}/certificates`),
    ],
    furnishClosed,
  ),
  reading('read the program', 'manage-program', async stage => [
    await listed(stage, office, '/v1/merchants'),
    await listed(stage, office, '/v1/rulebooks'),
  ]),
  reading('export a driver', 'export-driver', stage => listed(stage, 'driver cy', '/v1/drivers/cy/export')),
  reading('read the nightly checks', 'reconciliations', stage =>
    listed(stage, office, '/v1/reconciliations'),
  ),
  reading('read the audit', 'audit-list', stage => listed(stage, office, `/v1/audit?month=${month}`)),
];
