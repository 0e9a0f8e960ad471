import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import type { Fragment } from '../../dynamo/transaction.ts';
import { StoredEntry } from '../contract/items.ts';
import type { Entry } from '../rules/entry.ts';

/**
 * Puts one entry under its permanent name. It is the only kind of write to the ledger; no function is granted another.
 * If the name is taken, a concurrent writer has recorded the fact, so the read was stale.
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
  /** The `belowSeq` of the next page; null at the end. */
  readonly nextBelowSeq: number | null;
}

/** Reads one page of a driver's entries, newest first. */
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
 * Reads all entries of a driver up to a sequence number, oldest first. The index is eventually consistent. Since the
 * numbers have no gaps, an incomplete history is detected; then it returns null.
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
  /** Items in the order of `seq`, unparsed, so that a check also sees damaged ones. */
  readonly items: Item[];
  /** The `afterSeq` of the next page; null at the end. */
  readonly nextAfterSeq: number | null;
}

/** Reads one page (up to 1 MB) of a driver's entries, oldest first. */
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
