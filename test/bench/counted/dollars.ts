import prices from '../../../infra/prices.json' with { type: 'json' };
import { driversConcurrentMax } from '../../../shared/awards/use-cases/award-deliveries.ts';
import type { Cell, Part, Result } from '../report/result.ts';
import { Bill, money } from '../support/bill.ts';
import type { Cost } from '../support/cost.ts';
import { openStage } from '../support/stage.ts';
import { countAwards } from './awards.ts';
import { type Look, lookAt, shortPage } from './looks.ts';
import { countRedemptions } from './redemptions.ts';

const { callMs, ownMs } = prices.assumed;
const million = 1_000_000;

/** How full requests and batches are in a kind of traffic. */
interface Traffic {
  readonly name: string;
  /** Events in one request, each of a different driver. */
  readonly eventsPerRequest: number;
  /** Messages in one queue batch, at most 10. */
  readonly messagesPerBatch: number;
  /** Records in one stream batch, at most 100. */
  readonly changesPerBatch: number;
}

const traffics: readonly Traffic[] = [
  {
    name: 'quiet: one event per request and batch',
    eventsPerRequest: 1,
    messagesPerBatch: 1,
    changesPerBatch: 1,
  },
  {
    name: 'busy: one event per request, full batches',
    eventsPerRequest: 1,
    messagesPerBatch: 10,
    changesPerBatch: 100,
  },
  { name: 'bulk: 100 events per request', eventsPerRequest: 100, messagesPerBatch: 2, changesPerBatch: 100 },
];

const eventBytes = 250;
const publishedEventBytes = 500;
const entryBytes = 900;

interface Units {
  readonly writeUnits: number;
  readonly readUnits: number;
}

function ofAwards(traffic: Traffic, { writeUnits, readUnits }: Units): Bill {
  const { eventsPerRequest, messagesPerBatch, changesPerBatch } = traffic;
  const requests = 1 / eventsPerRequest;
  const batches = requests / messagesPerBatch;
  const eventsPerBatch = eventsPerRequest * messagesPerBatch;
  const waitedMs = Math.ceil(eventsPerBatch / driversConcurrentMax) * (callMs.read + callMs.transaction);
  return withEntryStream(new Bill(million), changesPerBatch, publishedEventBytes)
    .request(requests, 150 + 60 * eventsPerRequest)
    .invoke('receive-events', requests, callMs.busPut + ownMs.request)
    .bus(requests, 300 + eventBytes * eventsPerRequest)
    .add('queue', 'queueRequest', requests + 2 * batches)
    .invoke('award-points', batches, waitedMs + ownMs.batch + eventsPerBatch * ownMs.event)
    .tables(writeUnits, readUnits);
}

/** Adds what follows each new ledger entry: it is published on the bus and archived. */
function withEntryStream(bill: Bill, changesPerBatch: number, publishedBytes: number): Bill {
  const batches = 1 / changesPerBatch;
  const puts = Math.ceil(changesPerBatch / 10);
  if (publishedBytes > 0) bill.bus(1, publishedBytes);
  return bill
    .invoke('publish-entries', batches, puts * callMs.busPut + ownMs.batch)
    .invoke('archive-entries', batches, callMs.objectPut + ownMs.batch)
    .add('archive', 'objectPut', batches);
}

/** A reservation and its confirmation. Both are published; the ledger entry itself is not. */
function ofRedemptions({ changesPerBatch }: Traffic, reserve: Units, confirm: Units): Bill {
  const batches = 2 / changesPerBatch;
  return withEntryStream(new Bill(million), changesPerBatch, 0)
    .request(2, 400)
    .invoke('redemptions', 1, 3 * callMs.read + callMs.transaction + ownMs.request)
    .invoke('confirm-redemptions', 1, callMs.write + ownMs.request)
    .bus(2, publishedEventBytes)
    .invoke('publish-redemptions', batches, callMs.busPut + ownMs.batch)
    .tables(reserve.writeUnits + confirm.writeUnits, reserve.readUnits + confirm.readUnits);
}

/** Reads a ranking with the names of the drivers it shows. */
function ofReads(rows: number, { writeUnits, readUnits, requests }: Cost): Bill {
  return new Bill(million)
    .request(1, 200 + 90 * rows)
    .invoke('rankings', 1, requests * callMs.read + ownMs.request)
    .tables(writeUnits, readUnits);
}

export const dollars: Part = {
  id: 'dollars',
  title: 'Dollars per million operations on AWS',
  kind: 'counted',
  run: async context => {
    const stage = await openStage();
    try {
      const awards = await countAwards(await stage.freshDatabase(), context);
      const redemptions = await countRedemptions(await stage.freshDatabase(), context);
      return dollarsOf(awards, redemptions, await lookAt(await stage.freshDatabase(), 1000));
    } finally {
      await stage.close();
    }
  },
};

/** Prices what the other parts counted. */
export function dollarsOf(countedAwards: Result, countedRedemptions: Result, look: Look): Result {
  const awards = unitsOf(countedAwards);
  const redemptions = unitsOf(countedRedemptions);
  const bills: [what: string, bill: Bill][] = [
    ...traffics.map((traffic): [string, Bill] => [
      `awards, ${traffic.name}`,
      ofAwards(traffic, awards('one award')),
    ]),
    ...traffics
      .slice(0, 2)
      .map((traffic): [string, Bill] => [
        `redemptions (reserve and confirm), ${traffic.name.split(':')[0]}`,
        ofRedemptions(traffic, redemptions('reserve'), redemptions('confirm')),
      ]),
    [`ranking pages of ${shortPage}`, ofReads(shortPage, look.shortPageWithNames)],
    ['own ranks with neighbours', ofReads(4, look.ownWithNeighbours)],
  ];
  const parts = [...new Set(bills.flatMap(([, bill]) => [...bill.dollars.keys()]))];
  const keptBytes = 2 * (entryBytes + 100);
  const figure = (what: string) => bills.find(([name]) => name.startsWith(what))?.[1];
  return {
    tables: [
      {
        id: 'dollars',
        title: `Dollars per million, ${prices.region}, list prices of ${prices.lookedUp}`,
        columns: ['a million', ...parts, 'total'],
        rows: bills.map(([what, bill]) => [
          what,
          ...parts.map((part): Cell => money(bill.dollars.get(part))),
          money(bill.sum),
        ]),
        notes: [
          'Prices, their sources and dates are in infra/prices.json. Request units are counted; function durations are assumptions from that file, not measured on AWS.',
          `A million entries take ${keptBytes / 1000} GB in table and index: ${money(keptBytes * 1e6 * (prices.prices.tableByteMonth.dollars / prices.prices.tableByteMonth.per))} dollars a month, with point-in-time recovery.`,
          'Excludes fixed costs that do not depend on traffic: alarms, dashboard, keys, polling of an empty queue.',
        ],
      },
    ],
    figures: [
      'awards, busy',
      'redemptions (reserve and confirm), busy',
      `ranking pages of ${shortPage}`,
    ].flatMap(what => {
      const bill = figure(what);
      return bill
        ? [{ what: `a million ${what}, all AWS services`, value: money(bill.sum), unit: 'dollars' }]
        : [];
    }),
  };
}

function unitsOf({ tables }: Result): (what: string) => Units {
  return what => {
    const row = tables[0]?.rows.find(([name]) => name === what);
    if (!row) throw new Error(`No part has counted "${what}".`);
    return { writeUnits: Number(row[1]), readUnits: Number(row[2]) };
  };
}
