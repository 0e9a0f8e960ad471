import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from '../../dynamo/client.ts';
import { isConditionFailure } from '../../dynamo/transaction.ts';
import { StoredSums } from '../contract/reconciliations.ts';
import type { Sums } from '../rules/counterparty-differences.ts';
import type { SumChunks } from '../rules/sum-chunks.ts';

/**
 * The sums of the run under way, in chunks, each of which has two places. The run names for each chunk the place that
 * counts. A step writes what it changes into the other places and is taken with the write of the run that names them,
 * so a step that breaks off before has changed nothing, and its leavings are written over by the next.
 */
export type Places = readonly (0 | 1)[];

const keyOf = (number: number, place: number) => ({ kind: 'sums', id: `${number}#${place}` });

/** Undefined where one of them is gone or is none. */
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
 * Writes chunks where they do not count yet.
 *
 * @param revision of the run that will name them: nobody else has the same, and whoever has a higher one has gone on
 * @returns the places that the run is to name; null where somebody else has gone on with it
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
