import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Database } from '../../dynamo/client.ts';
import { dayMs, type Instant } from '../../kernel/time.ts';

/** As long as a reversal is possible, and a month for whoever asks why. */
const evidenceKeptMs = 210 * dayMs;

export interface Evidence {
  readonly entryId: string;
  /** Of the content it came with: two contents of one event that race keep their proofs apart. */
  readonly fingerprint: string;
  readonly driverId: string;
  readonly urls: readonly string[];
  readonly district?: string | undefined;
  readonly station?: string | undefined;
}

const StoredEvidence = z.object({
  driverId: z.string(),
  proofId: z.string(),
  entryId: z.string(),
  fingerprint: z.string(),
  urls: z.array(z.string()),
  district: z.string().optional(),
  station: z.string().optional(),
});

/** Keeps what was sent as proof, apart from the ledger, where it is found by whose it is. Once more is the same. */
export async function keepEvidence(database: Database, evidence: Evidence, now: Instant): Promise<void> {
  await database.client.send(
    new PutCommand({
      TableName: database.tableName('evidence'),
      Item: {
        ...evidence,
        proofId: proofIdOf(evidence),
        dropAt: Math.floor((now + evidenceKeptMs) / 1000),
      },
    }),
  );
}

export function proofIdOf({ entryId, fingerprint }: Pick<Evidence, 'entryId' | 'fingerprint'>): string {
  return `${entryId}#${fingerprint}`;
}

/** A driver's proofs by their ids, after one where it is given. `next` is where to go on; null at the end. */
export async function evidenceOf(database: Database, driverId: string, limit: number, after?: string) {
  const { Items, LastEvaluatedKey } = await database.client.send(
    new QueryCommand({
      TableName: database.tableName('evidence'),
      KeyConditionExpression: 'driverId = :driver',
      ExpressionAttributeValues: { ':driver': driverId },
      ...(after === undefined ? {} : { ExclusiveStartKey: { driverId, proofId: after } }),
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  const evidence = (Items ?? []).map(item => StoredEvidence.parse(item));
  return { evidence, next: LastEvaluatedKey ? String(LastEvaluatedKey.proofId) : null };
}

const forgottenTogether = 25;

/** Deletes all of a driver's proofs. What is left where this breaks off is deleted when it is done again. */
export async function forgetEvidence(database: Database, driverId: string): Promise<void> {
  const TableName = database.tableName('evidence');
  for (;;) {
    const { evidence } = await evidenceOf(database, driverId, forgottenTogether);
    if (evidence.length === 0) return;
    await Promise.all(
      evidence.map(({ proofId }) =>
        database.client.send(new DeleteCommand({ TableName, Key: { driverId, proofId } })),
      ),
    );
  }
}
