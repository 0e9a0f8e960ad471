import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { batchGet, type Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { type Position, type ScanPage, scanPage } from '../../dynamo/scan.ts';
import type { Fragment } from '../../dynamo/transaction.ts';
import type { Month } from '../../kernel/time.ts';
import { StoredRankingMonth, StoredVersion } from '../contract/ranking-items.ts';
import { openMonth, type RankingMonth } from '../rules/ranking-month.ts';

const versionDigits = 6;
const versionsPageItems = 1000;
const partition = (month: Month) => `month#${month}`;
const versionSort = (version: number) => `version#${String(version).padStart(versionDigits, '0')}`;

/** Key of a month's record, which every step of its ranking rewrites. */
export const monthKey = (month: Month) => ({ pk: partition(month), sk: 'state' });
export const versionKey = (month: Month, version: number) => ({
  pk: partition(month),
  sk: versionSort(version),
});

export async function readRankingMonth(database: Database, month: Month): Promise<RankingMonth> {
  const { Item } = await database.client.send(
    new GetCommand({
      TableName: database.tableName('rankings'),
      Key: monthKey(month),
      ConsistentRead: true,
    }),
  );
  return parseRankingMonth(month, Item);
}

export async function readRankingMonths(
  database: Database,
  months: readonly Month[],
): Promise<RankingMonth[]> {
  const found = await batchGet(
    database,
    months.map(month => ({ table: 'rankings', key: monthKey(month) })),
  );
  const byKey = new Map(found.map(({ item }) => [item.pk, item]));
  return months.map(month => parseRankingMonth(month, byKey.get(partition(month))));
}

export function parseRankingMonth(month: Month, item: Item | undefined): RankingMonth {
  return item ? StoredRankingMonth.parse(item) : openMonth(month);
}

/** Replaces a month's record if its revision is still the one that was read (optimistic lock). */
export function replaceRankingMonth(database: Database, before: RankingMonth, after: RankingMonth): Fragment {
  return {
    write: {
      Put: {
        TableName: database.tableName('rankings'),
        Item: { ...monthKey(after.month), ...after },
        ...(before.revision === 0
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'revision = :read',
              ExpressionAttributeValues: { ':read': before.revision },
            }),
      },
    },
    onConditionFailed: () => 'stale',
  };
}

/** Adds a version. Versions are never changed or replaced. */
export function addVersion(database: Database, version: StoredVersion): Fragment {
  return {
    write: {
      Put: {
        TableName: database.tableName('rankings'),
        Item: { ...versionKey(version.month, version.version), ...version },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    onConditionFailed: () => 'stale',
  };
}

export async function readVersion(
  database: Database,
  month: Month,
  version: number,
): Promise<StoredVersion | undefined> {
  const { Item } = await database.client.send(
    new GetCommand({
      TableName: database.tableName('rankings'),
      Key: versionKey(month, version),
      ConsistentRead: true,
    }),
  );
  return Item && StoredVersion.parse(Item);
}

/** The versions after a version number, in ascending order. */
export async function readVersionsAfter(
  database: Database,
  month: Month,
  after: number,
  limit: number,
): Promise<{ versions: StoredVersion[]; more: boolean }> {
  const answer = await database.client.send(
    new QueryCommand({
      TableName: database.tableName('rankings'),
      KeyConditionExpression: 'pk = :month AND sk > :after',
      ExpressionAttributeValues: { ':month': partition(month), ':after': versionSort(after) },
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  return {
    versions: (answer.Items ?? []).map(item => StoredVersion.parse(item)),
    more: answer.LastEvaluatedKey !== undefined,
  };
}

/** A version with the month and number from its key. `stored` is undefined when the item cannot be parsed. */
export interface VersionRecord {
  readonly month: Month;
  readonly version: number;
  readonly stored: StoredVersion | undefined;
}

/** Reads all versions of all months: a few items a month, for any number of drivers. */
export async function readAllVersions(database: Database): Promise<VersionRecord[]> {
  const versions: VersionRecord[] = [];
  let from: Position | null = {};
  while (from) {
    const page: ScanPage = await scanPage(database, 'rankings', { number: 0, of: 1 }, from, {
      consistent: true,
      limit: versionsPageItems,
    });
    const found = page.items.filter(({ sk }) => String(sk).startsWith('version#'));
    versions.push(...found.map(versionRecord));
    from = page.next;
  }
  return versions;
}

function versionRecord(item: Item): VersionRecord {
  const afterPrefix = (key: unknown) => String(key).slice(String(key).indexOf('#') + 1);
  const { data: stored } = StoredVersion.safeParse(item);
  return { month: afterPrefix(item.pk), version: Number(afterPrefix(item.sk)), stored };
}
