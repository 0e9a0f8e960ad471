import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from './batch.ts';
import type { Database } from './client.ts';

/** Where a scan of one segment goes on: an empty key is its start. */
export type Position = Readonly<Record<string, string | number>>;

export interface Segment {
  readonly number: number;
  readonly of: number;
}

export interface ScanPage {
  readonly items: Item[];
  /** Null where the segment is at its end. */
  readonly next: Position | null;
}

export interface ScanOptions {
  readonly limit: number;
  /** Costs twice as much. What has not changed for minutes reads the same without. */
  readonly consistent: boolean;
  /** Only these attributes are sent; the cost is that of whole items all the same. */
  readonly attributes?: readonly string[];
}

/** One page of one segment of a table. */
export async function scanPage(
  database: Database,
  table: string,
  { number, of }: Segment,
  from: Position,
  { limit, consistent, attributes }: ScanOptions,
): Promise<ScanPage> {
  const names = Object.fromEntries((attributes ?? []).map((name, index) => [`#a${index}`, name]));
  const answer = await database.client.send(
    new ScanCommand({
      TableName: database.tableName(table),
      Segment: number,
      TotalSegments: of,
      Limit: limit,
      ConsistentRead: consistent,
      ...(attributes
        ? { ProjectionExpression: Object.keys(names).join(', '), ExpressionAttributeNames: names }
        : {}),
      ...(Object.keys(from).length > 0 ? { ExclusiveStartKey: from } : {}),
    }),
  );
  return { items: answer.Items ?? [], next: (answer.LastEvaluatedKey as Position | undefined) ?? null };
}
