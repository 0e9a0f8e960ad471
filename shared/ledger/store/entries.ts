import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import type { Fragment } from '../../dynamo/transaction.ts';
import { StoredEntry } from '../contract/items.ts';
import type { Entry } from '../rules/entry.ts';

/**
 * Puts one entry under its permanent name. This is the only write that the ledger knows; no function is granted any
 * other. A name that is taken means that somebody else has recorded the fact meanwhile: read again.
 */
export function appendEntry(database: Database, entry: Entry): Fragment {
  return {
    write: {
      Put: {
        TableName: database.tableName('ledger'),
        Item: { ...entry },
        ConditionExpression: 'attribute_not_exists(entryId)',
      },
    },
    onConditionFailed: () => 'stale',
  };
}

export function parseEntry(item: Item): Entry {
  return StoredEntry.parse(item);
}

export interface EntryPage {
  readonly entries: Entry[];
  /** `seq` to go on below; null at the end. */
  readonly nextBelowSeq: number | null;
}

/** A driver's entries, newest first, below a sequence number where one is given. */
export async function entriesOf(
  database: Database,
  driverId: string,
  limit: number,
  belowSeq?: number,
): Promise<EntryPage> {
  const answer = await database.client.send(
    new QueryCommand({
      TableName: database.tableName('ledger'),
      IndexName: 'byDriver',
      KeyConditionExpression:
        belowSeq === undefined ? 'driverId = :driver' : 'driverId = :driver AND seq < :below',
      ExpressionAttributeValues: {
        ':driver': driverId,
        ...(belowSeq === undefined ? {} : { ':below': belowSeq }),
      },
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  const entries = (answer.Items ?? []).map(parseEntry);
  const last = entries.at(-1);
  return { entries, nextBelowSeq: last && last.seq > 1 && answer.LastEvaluatedKey ? last.seq : null };
}

const wholeHistoryPage = 1000;

/**
 * All entries of a driver up to a number, oldest first. The index may lag behind; since numbers have no gap, a
 * history that is not whole is seen to be so, and null is answered.
 */
export async function wholeHistory(
  database: Database,
  driverId: string,
  uptoSeq: number,
): Promise<Entry[] | null> {
  const newestFirst: Entry[] = [];
  let below: number | null = uptoSeq + 1;
  while (below !== null) {
    const page: EntryPage = await entriesOf(database, driverId, wholeHistoryPage, below);
    newestFirst.push(...page.entries);
    below = page.nextBelowSeq;
  }
  const entries = newestFirst.reverse();
  const whole = entries.length === uptoSeq && entries.every((entry, index) => entry.seq === index + 1);
  return whole ? entries : null;
}

export interface HistoryPage {
  /** As they are stored, in the order of their numbers; not parsed, for whoever checks them wants to see all. */
  readonly items: Item[];
  /** `seq` to go on after; null at the end. */
  readonly nextAfterSeq: number | null;
}

/** The next of a driver's entries, oldest first, as many as one answer holds. */
export async function historyPage(
  database: Database,
  driverId: string,
  afterSeq: number,
): Promise<HistoryPage> {
  const answer = await database.client.send(
    new QueryCommand({
      TableName: database.tableName('ledger'),
      IndexName: 'byDriver',
      KeyConditionExpression: 'driverId = :driver AND seq > :after',
      ExpressionAttributeValues: { ':driver': driverId, ':after': afterSeq },
    }),
  );
  const lastSeq = answer.LastEvaluatedKey?.seq;
  return { items: answer.Items ?? [], nextAfterSeq: typeof lastSeq === 'number' ? lastSeq : null };
}
