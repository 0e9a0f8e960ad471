import { randomUUID } from 'node:crypto';
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import type { Fragment } from '../../dynamo/transaction.ts';
import { type Instant, type Month, monthOf, toLocalIso } from '../../kernel/time.ts';

/** An organizer at work. */
export interface Auditor {
  readonly by: string;
  readonly at: Instant;
}

type Facts = Readonly<Record<string, unknown>>;

/** What an organizer changed. The list is kept for ever, so it holds ids and figures and nothing personal. */
export interface AuditedChange {
  /** `adjustment.approve`: what kind of thing, and what was done to it. */
  readonly action: string;
  readonly subject: string;
  readonly before: Facts | null;
  readonly after: Facts | null;
}

/** Goes into the transaction of the change itself, so that neither stands without the other. */
export function audited(database: Database, auditor: Auditor, change: AuditedChange): Fragment {
  return { write: { Put: newItem(database, auditor, change) }, onConditionFailed: () => 'stale' };
}

/** Where a change is more than one transaction: what is intended is written down before it is begun. */
export async function auditIntent(
  database: Database,
  auditor: Auditor,
  change: AuditedChange,
): Promise<void> {
  await database.client.send(new PutCommand(newItem(database, auditor, change)));
}

function newItem(database: Database, { by, at }: Auditor, change: AuditedChange) {
  const auditId = randomUUID();
  const time = toLocalIso(at);
  return {
    TableName: database.tableName('audit'),
    Item: { month: monthOf(at), timeAndId: `${time}#${auditId}`, auditId, at: time, by, ...change },
    ConditionExpression: 'attribute_not_exists(timeAndId)',
  };
}

const Facts = z.record(z.string(), z.unknown()).nullable();
const StoredAudit = z.object({
  auditId: z.string(),
  at: z.string(),
  by: z.string(),
  action: z.string(),
  subject: z.string(),
  before: Facts,
  after: Facts,
  timeAndId: z.string(),
});

/** A month's records, newest first. `next` is where to go on; null at the end. */
export async function auditOf(database: Database, month: Month, limit: number, below?: string) {
  const { Items, LastEvaluatedKey } = await database.client.send(
    new QueryCommand({
      TableName: database.tableName('audit'),
      KeyConditionExpression:
        below === undefined ? '#month = :month' : '#month = :month AND timeAndId < :below',
      ExpressionAttributeNames: { '#month': 'month' },
      ExpressionAttributeValues: { ':month': month, ...(below === undefined ? {} : { ':below': below }) },
      ScanIndexForward: false,
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  const records = (Items ?? []).map((item: Item) => StoredAudit.parse(item));
  const next = LastEvaluatedKey ? (records.at(-1)?.timeAndId ?? null) : null;
  return { records: records.map(({ timeAndId: _, ...record }) => record), next };
}
