import { unmarshall } from '@aws-sdk/util-dynamodb';
import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { count, log, observed } from './observe.ts';

type Item = Readonly<Record<string, unknown>>;

/** One change of one item, in the order in which the item changed. */
export interface Change {
  /** Number of the change, for this shard of the stream. */
  readonly sequenceNumber: string;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/**
 * A function behind a table's stream. It stops at the first change that it could not work off and says which, so
 * that the stream comes back from there and nothing is passed over.
 *
 * @param work takes changes in order, and answers how many of them, from the first on, are done
 */
export function followStream(work: (changes: readonly Change[]) => Promise<number>) {
  return middy<DynamoDBStreamEvent, DynamoDBBatchResponse>()
    .use(observed())
    .handler(async ({ Records }) => {
      const done = await work(readable(Records)).catch(error => {
        log.error('changes could not be worked off', { error: error as Error });
        return 0;
      });
      const stuck = Records[done];
      if (!stuck) return { batchItemFailures: [] };
      count('StreamStuck');
      return { batchItemFailures: [{ itemIdentifier: numberOf(stuck) }] };
    });
}

/** The changes up to the first that cannot be read. */
function readable(records: readonly DynamoDBRecord[]): Change[] {
  const changes: Change[] = [];
  for (const record of records) {
    try {
      changes.push(changeOf(record));
    } catch (error) {
      log.error('a change cannot be read', { sequenceNumber: numberOf(record), error: error as Error });
      break;
    }
  }
  return changes;
}

/** An empty one tells the stream that the whole batch is to come again. */
function numberOf({ dynamodb }: DynamoDBRecord): string {
  return dynamodb?.SequenceNumber ?? '';
}

function changeOf(record: DynamoDBRecord): Change {
  const { dynamodb } = record;
  const item = (image: unknown) =>
    image ? unmarshall(image as Parameters<typeof unmarshall>[0]) : undefined;
  return {
    sequenceNumber: numberOf(record),
    before: item(dynamodb?.OldImage),
    after: item(dynamodb?.NewImage),
  };
}
