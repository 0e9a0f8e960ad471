import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from '../../dynamo/client.ts';
import { isConditionFailure } from '../../dynamo/transaction.ts';
import { StoredSums } from '../contract/reconciliations.ts';
import type { SumChunks } from '../rules/sum-chunks.ts';
import type { Sums } from '../rules/sums.ts';

/**
 * The sums of the unfinished run are stored in chunks, and each chunk has two places (0 and 1). The run records which
 * place of each chunk is valid. A step writes changed chunks to the other place; the write of the run then makes them
 * valid. So a step that stops before that write has changed nothing, and the next step overwrites its chunks.
 */
export type Places = readonly (0 | 1)[];

const keyOf = (number: number, place: number) => ({ kind: 'sums', id: `${number}#${place}` });

/** Reads the valid chunks; undefined if one is missing or cannot be parsed. */
export async function readSums(database: Database, places: Places): Promise<SumChunks | undefined> {
  const chunks: Sums[] = [];
  for (const [number, place] of places.entries()) {
    const { Item } = await database.client.send(
      new GetCommand({
        TableName: database.tableName('reconciliations'),
        Key: keyOf(number, place),
        ConsistentRead: true,
      }),
    );
    const stored = StoredSums.safeParse(Item);
    if (!stored.success) return undefined;
    chunks.push(stored.data.sums);
  }
  return chunks;
}

/**
 * Writes changed chunks to the places that are not valid yet.
 *
 * @param revision the run's next revision. A chunk with a higher one was written by an invocation that has taken over.
 * @returns the places that the run has to record; null if another invocation has taken over
 */
export async function writeSums(
  database: Database,
  chunks: SumChunks,
  changed: ReadonlySet<number>,
  before: Places,
  revision: number,
): Promise<Places | null> {
  const places = [...before];
  for (const number of [...changed].sort((a, b) => a - b)) {
    const place = before[number] === 0 ? 1 : 0;
    const put = new PutCommand({
      TableName: database.tableName('reconciliations'),
      Item: { ...keyOf(number, place), sums: chunks[number], revision },
      ConditionExpression: 'attribute_not_exists(id) OR revision <= :own',
      ExpressionAttributeValues: { ':own': revision },
    });
    try {
      await database.client.send(put);
    } catch (error) {
      if (isConditionFailure(error)) return null;
      throw error;
    }
    places[number] = place;
  }
  return places;
}
