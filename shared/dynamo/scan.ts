import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from './batch.ts';
import type { Database } from './client.ts';

/** The key after which a scan of one segment continues. An empty key is the start. */
export type Position = Readonly<Record<string, string | number>>;

export interface Segment {
  readonly number: number;
  readonly of: number;
}

export interface ScanPage {
  readonly items: Item[];
  /** Null at the end of the segment. */
  readonly next: Position | null;
}

export interface ScanOptions {
  readonly limit: number;
  /** Costs twice as much. Not needed for items that have not changed for minutes. */
  readonly consistent: boolean;
  /** Attributes to return. The cost is still that of whole items. */
  readonly attributes?: readonly string[];
}

/** Reads one page of one segment of a table. */
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
