import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { awardEvents, eventsPerTransactionMax } from '../../../shared/awards/use-cases/award-events.ts';
import { putAll } from '../../../shared/dynamo/batch.ts';
import { type Database, openDatabase } from '../../../shared/dynamo/client.ts';
import { hourMs, instantOf, minuteMs } from '../../../shared/kernel/time.ts';
import { portsAt, received } from '../../support/events.ts';
import { makeTable } from '../../support/make-tables.ts';
import { onIdempotencyTable, shapes } from '../peers/idempotency-table.ts';
import { onOneItem, shape } from '../peers/one-item.ts';
import { asPeer } from '../peers/ours.ts';
import { Killed, nameOf, type Peer } from '../peers/peer.ts';
import { startPostgres } from '../peers/postgres.ts';
import type { Cell, Part, Table } from '../report/result.ts';
import { costOf } from '../support/cost.ts';
import { eventIdOf, inGroups } from '../support/events.ts';
import { openStage, type Stage } from '../support/stage.ts';

export const peers: Part = {
  id: 'peers',
  title: 'Alternative designs: cost, and whether they pay exactly once',
  kind: 'counted',
  run: async ({ step }) => {
    const stage = await openStage();
    try {
      step(0, 3, 'costs');
      const designs = await openDesigns(stage);
      const costs = await costsTable(designs);
      step(1, 3, 'promises');
      return { tables: [costs, await promisesTable(designs)], figures: [] };
    } finally {
      await stage.close();
    }
  },
};

interface Design {
  readonly name: string;
  readonly peer: Peer;
  readonly database: Database;
  /** Gives a driver this many earlier events; false if they do not fit. */
  readonly age: (driverId: string, events: number) => Promise<boolean>;
}

async function openDesigns(stage: Stage): Promise<Design[]> {
  const own = await stage.freshDatabase();
  const accounts = await makeTable(stage.config, shape);
  const item = openDatabase(() => accounts, stage.config);
  const names = Object.fromEntries(
    await Promise.all(
      Object.entries(shapes).map(async ([table, one]) => [table, await makeTable(stage.config, one)]),
    ),
  ) as Record<string, string>;
  const withIdempotencyTable = openDatabase(table => names[table] ?? table, stage.config);
  return [
    { name: 'this ledger', peer: asPeer(own), database: own, age: awardedBefore(own) },
    {
      name: oneItem,
      peer: onOneItem(item),
      database: item,
      age: (driverId, events) => putSeen(item, accounts, driverId, events),
    },
    {
      name: 'a library’s idempotency table next to the write',
      peer: onIdempotencyTable(withIdempotencyTable),
      database: withIdempotencyTable,
      age: (driverId, events) => putHistory(withIdempotencyTable, driverId, events),
    },
  ];
}

const oneItem = 'one account item that holds all seen ids';

/** Awards the earlier events for real, in the largest possible batches. */
function awardedBefore(database: Database): Design['age'] {
  return async (driverId, events) => {
    const at = '2026-03-09T12:00:00+08:00';
    const before = Array.from({ length: events }, (_, n) =>
      received(eventIdOf('seen', events, n), { driverId, activity: 'report', occurredAt: at }),
    );
    for (const batch of inGroups(before, eventsPerTransactionMax))
      await awardEvents(portsAt(database, at), driverId, batch);
    return true;
  };
}

async function putHistory(database: Database, driverId: string, events: number): Promise<boolean> {
  const history = Array.from({ length: events }, (_, n) => {
    const name = nameOf('seen', 1, n);
    return { driverId, at: `2026-03-09T12:00:00.000Z#${name}`, name, points };
  });
  await putAll(database, 'history', history);
  const account = { TableName: database.tableName('accounts'), Item: { driverId, balance: points * events } };
  await database.client.send(new PutCommand(account));
  return true;
}

async function putSeen({ client }: Database, table: string, driverId: string, events: number) {
  const seen = new Set(Array.from({ length: events }, (_, n) => nameOf('seen', 1, n)));
  try {
    await client.send(new PutCommand({ TableName: table, Item: { driverId, balance: 5 * events, seen } }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationException') return false;
    throw error;
  }
}

const march = instantOf('2026-03-10T12:00:00+08:00');
const points = 5;
const eventsBefore = [10, 1000, 10_000];

async function costsTable(designs: readonly Design[]): Promise<Table> {
  const rows: Cell[][] = [];
  for (const { name, peer, database, age } of designs) {
    const row: Cell[] = [name];
    let requests = 0;
    for (const events of eventsBefore) {
      const driverId = `d-${events}`;
      await peer.award({ driverId, name: nameOf('first', events, 0), points, now: march });
      const fits = await age(driverId, events);
      const award = { driverId, name: nameOf('next', events, 0), points, now: march };
      const cost = fits ? await costOf(database, () => peer.award(award)) : undefined;
      row.push(cost?.writeUnits ?? 'does not fit');
      requests = Math.max(requests, cost?.requests ?? 0);
    }
    rows.push([...row, requests]);
  }
  const items = designs.find(({ name }) => name === oneItem);
  const most = items ? await mostEvents(items.age) : 0;
  return {
    id: 'peer-costs',
    title: 'WRU of one more award, by the driver’s number of earlier events',
    columns: [
      'design',
      ...eventsBefore.map(events => `${events.toLocaleString('en-US')} events`),
      'requests',
    ],
    rows,
    notes: [
      `An item is full at 400 kB: with ids of 42 characters after ${most.toLocaleString('en-US')} events.`,
      'This ledger stores the history with an index and the ranking’s index, all in one transaction. The idempotency table stores a history and a balance, the one item only a balance.',
    ],
  };
}

async function mostEvents(age: Design['age']): Promise<number> {
  let [fits, full] = [0, 20_000];
  while (full - fits > 1) {
    const middle = Math.floor((fits + full) / 2);
    if (await age('d-most', middle)) fits = middle;
    else full = middle;
  }
  return fits;
}

async function promisesTable(designs: readonly Design[]): Promise<Table> {
  const rows: Cell[][] = [];
  for (const { name, peer } of designs) rows.push([name, ...(await promisesOf(peer))]);
  const postgres = await startPostgres();
  try {
    const kept = postgres ? await promisesOf(postgres.peer) : Array<string>(5).fill('not tried');
    rows.push(['one SQL ledger on PostgreSQL, one statement per award', ...kept]);
  } finally {
    await postgres?.close();
  }
  return {
    id: 'promises',
    title: 'How often one event pays',
    columns: [
      'design',
      'sent twice',
      'sent eight times concurrently',
      'repeated after 25 hours',
      'killed before the answer, then repeated',
      'sent for two drivers',
    ],
    rows,
    notes: [
      'Each cell was tried: it is the balance that was read. PostgreSQL is tried if it is installed; its client gets SIGKILL after the commit and before it reports.',
    ],
  };
}

async function promisesOf(peer: Peer): Promise<string[]> {
  return [
    await times(peer, 'again', award => peer.award(award)),
    await atOnce(peer),
    await times(peer, 'late', award => peer.award({ ...award, now: march + 25 * hourMs })),
    await killed(peer),
    await forTwo(peer),
  ];
}

type Sent = Parameters<Peer['award']>[0];

async function times(peer: Peer, driverId: string, again: (award: Sent) => Promise<void>): Promise<string> {
  const award = { driverId, name: nameOf(driverId, 1, 0), points, now: march };
  await peer.award(award);
  await again(award);
  return paid(await peer.balanceOf(driverId));
}

/** Eight concurrent awards, so that some of them conflict. */
async function atOnce(peer: Peer): Promise<string> {
  const award = { driverId: 'at-once', name: nameOf('at-once', 1, 0), points, now: march };
  await Promise.all(Array.from({ length: 8 }, () => peer.award(award)));
  return paid(await peer.balanceOf('at-once'));
}

async function killed(peer: Peer): Promise<string> {
  const award = { driverId: 'killed', name: nameOf('killed', 1, 0), points, now: march };
  await peer.award({ ...award, dies: true }).catch(error => {
    if (!(error instanceof Killed)) throw error;
  });
  await peer.award({ ...award, now: march + 2 * minuteMs });
  return paid(await peer.balanceOf('killed'));
}

async function forTwo(peer: Peer): Promise<string> {
  const award = { name: nameOf('two', 1, 0), points, now: march };
  await peer.award({ ...award, driverId: 'one' });
  await peer.award({ ...award, driverId: 'other' });
  return paid((await peer.balanceOf('one')) + (await peer.balanceOf('other')));
}

function paid(balance: number): string {
  const count = balance / points;
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}
