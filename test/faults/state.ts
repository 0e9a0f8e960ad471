import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../shared/dynamo/batch.ts';
import type { Database } from '../../shared/dynamo/client.ts';
import { type TableName, tables } from '../../shared/dynamo/tables.ts';
import { sha256 } from '../../shared/kernel/digest.ts';
import { entryView } from '../../shared/ledger/rules/chain.ts';
import { parseEntry } from '../../shared/ledger/store/entries.ts';
import { entryAnnouncement } from '../../shared/ledger/use-cases/announce.ts';
import { checkChain } from '../../tools/check-chain.ts';
import type { Stage } from './stage/stage.ts';
import { earned } from './world.ts';

/** The final state of a run in tables, bus and archive, as texts that are the same for equal runs. */
export type State = Readonly<Record<string, readonly string[]>>;

/** Collects everything with the run's tag, and checks the invariants of every run: published, archived, chained. */
export async function stateOf(
  stage: Stage,
  tag: string,
  own: readonly string[],
  anyOrder = false,
): Promise<State> {
  const database = await stage.tables();
  const items = await itemsOf(database, tag);
  const entries = (items.ledger ?? []).map(parseEntry);
  const published = new Set(stage.bystander.idsFrom('nuanxin', tag));
  const toPublish = entries.map(entryAnnouncement).filter(one => one !== undefined);
  const archived = await stage.archive.hashes(stage.awsUrl, tag);
  const perDriver = [...Map.groupBy(entries, ({ driverId }) => driverId)];
  database.client.destroy();
  return {
    ...Object.fromEntries(
      Object.entries(items).map(([table, all]) => [table, comparable(table, all, own, anyOrder)]),
    ),
    'on the bus': [...published].map(id => plain(id, own)).sort(),
    'not published': toPublish
      .filter(({ detail }) => !published.has(detail.id))
      .map(({ detail }) => detail.id),
    'not archived': entries.filter(({ hash }) => !archived.has(hash)).map(({ entryId }) => entryId),
    'archived but not in the ledger': [...archived].filter(hash => !entries.some(one => one.hash === hash)),
    'broken chains': perDriver.flatMap(([driverId, own]) =>
      checkChain(driverId, own.toSorted((a, b) => a.seq - b.seq).map(entryView), sha256),
    ),
  };
}

/** Ranking blocks hold many runs together, so their views are compared. Attempts count even if the answer was lost. */
const notCompared = new Set<TableName>(['rankingBlocks', 'attempts']);

async function itemsOf(database: Database, tag: string): Promise<Record<string, Item[]>> {
  const names = (Object.keys(tables) as TableName[]).filter(table => !notCompared.has(table));
  const found = names.map(async table => {
    const items = await everyItem(database, table);
    return [table, items.filter(item => JSON.stringify(item).includes(tag))] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}

export async function everyItem(database: Database, table: TableName): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of itemsIn(database, table)) items.push(item);
  return items;
}

/** Streams the items of a table. */
export async function* itemsIn(database: Database, table: TableName): AsyncGenerator<Item> {
  let start: Record<string, unknown> | undefined;
  do {
    const answer = await database.client.send(
      new ScanCommand({
        TableName: database.tableName(table),
        ConsistentRead: true,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    yield* answer.Items ?? [];
    start = answer.LastEvaluatedKey;
  } while (start);
}

function comparable(
  table: string,
  items: readonly Item[],
  own: readonly string[],
  anyOrder: boolean,
): readonly string[] {
  const compared = items.map(item => {
    if (table === 'audit') return withoutCircumstances(item);
    return anyOrder && table === 'ledger' ? withoutPosition(item) : item;
  });
  const words = compared.map(item => plain(item, own)).sort();
  return table === 'audit' ? [...new Set(words)] : words;
}

/** A retry is recorded again in the audit, so each action must be there, but any number of times. */
function withoutCircumstances({ action, subject, by }: Item): Item {
  return { action, subject, by };
}

/** Without the position in the ledger: the chain check covers it. */
function withoutPosition({ seq: _seq, balance: _balance, ...item }: Item): Item {
  return item;
}

/** Fields that are random or derived for each run, or counted at each attempt. */
const derived = new Set([
  ...[
    'hash',
    'prevHash',
    'head',
    'fingerprint',
    'seed',
    'redemptionId',
    'adjustmentId',
    'auditId',
    'proofId',
  ],
  ...['revision', 'shard', 'dueShard', 'outlets', 'timeAndId', 'code', 'requestId', 'sha256', 'dropAt'],
]);
const time = /\d{4}-\d\d-\d\dT[\d:.]+(Z|\+08:00)/g;

/** The value as text without what differs between equal runs: digests, times of processing, and the run's own ids. */
export function plain(value: unknown, own: readonly string[]): string {
  const text = JSON.stringify(value, (key, inner: unknown) => {
    if (derived.has(key)) return '…';
    if (typeof inner !== 'string') return inOrder(inner);
    return inner === earned ? inner : inner.replace(time, 'then');
  });
  return own
    .reduce((sofar, word, index) => sofar.replaceAll(word, `*${index || ''}`), text)
    .replace(/(redemption|refund|adjustment)#[\w-]+/g, '$1#…')
    .replace(/adj-[0-9a-f]{24}/g, 'adj-…');
}

/** Sorts attributes, because DynamoDB returns them in any order. */
export function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Describes how two states differ; empty if they are equal. */
export function differences(expected: State, found: State): string[] {
  return [...new Set([...Object.keys(expected), ...Object.keys(found)])].flatMap(name => {
    const missing = without(expected[name] ?? [], found[name] ?? []);
    const more = without(found[name] ?? [], expected[name] ?? []);
    return [...missing.map(one => `${name} lacks ${one}`), ...more.map(one => `${name} has ${one}`)];
  });
}

function without(all: readonly string[], taken: readonly string[]): string[] {
  const left = [...taken];
  return all.filter(one => {
    const index = left.indexOf(one);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}
