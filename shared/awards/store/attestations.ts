import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Database } from '../../dynamo/client.ts';
import { queryEach } from '../../dynamo/query.ts';
import type { Fragment } from '../../dynamo/transaction.ts';
import { type Instant, toLocalIso } from '../../kernel/time.ts';
import type { PendingEntry } from '../../ledger/rules/entry.ts';
import type { AttestationOutcome } from '../rules/attestation.ts';
import { attestableUntil } from '../rules/award.ts';

/** One index partition takes 1,000 writes a second, and people attest what is in it: one is enough. */
const dueShard = '0';

const StoredAttestation = z.object({
  driverId: z.string(),
  entryId: z.string(),
  outcome: z.enum(['confirmed', 'refused', 'lapsed']).optional(),
  attestedAt: z.string().optional(),
  attestedBy: z.string().optional(),
  by: z.string().optional(),
  note: z.string().optional(),
});
export type StoredAttestation = z.infer<typeof StoredAttestation>;

/** What was said of an event, and by whom. */
export interface Attestation {
  readonly outcome: AttestationOutcome;
  /** The caller that said it: `attestor#…`, `organizer#…`, or `clock`. */
  readonly attestedBy: string;
  /** Whom the caller names as having looked. */
  readonly by?: string | undefined;
  readonly note?: string | undefined;
}

/** Goes with the pending entry, so that the sweep surely finds it. */
export function awaitAttestation(
  database: Database,
  { driverId, entryId, occurredAt }: PendingEntry,
): Fragment {
  return {
    write: {
      Put: {
        TableName: database.tableName('attestations'),
        Item: { driverId, entryId, dueShard, dueAt: toLocalIso(attestableUntil(occurredAt)) },
        ConditionExpression: 'attribute_not_exists(entryId)',
      },
    },
    onConditionFailed: () => 'stale',
  };
}

/** Goes with the entry that ends it; once. */
export function endAttestation(
  database: Database,
  { driverId, entryId }: PendingEntry,
  { outcome, attestedBy, by, note }: Attestation,
  at: Instant,
): Fragment {
  const values = { ':outcome': outcome, ':attestedBy': attestedBy, ':at': toLocalIso(at) };
  const said = [...(by === undefined ? [] : ['#by = :by']), ...(note === undefined ? [] : ['note = :note'])];
  return {
    write: {
      Update: {
        TableName: database.tableName('attestations'),
        Key: { driverId, entryId },
        UpdateExpression: `SET ${['outcome = :outcome', 'attestedBy = :attestedBy', 'attestedAt = :at', ...said].join(', ')} REMOVE dueShard, dueAt`,
        ConditionExpression: 'attribute_exists(entryId) AND attribute_not_exists(outcome)',
        ...(by === undefined ? {} : { ExpressionAttributeNames: { '#by': 'by' } }),
        ExpressionAttributeValues: {
          ...values,
          ...(by === undefined ? {} : { ':by': by }),
          ...(note === undefined ? {} : { ':note': note }),
        },
      },
    },
    onConditionFailed: () => 'stale',
  };
}

/** What nobody has attested in time, soonest due first. */
export async function* overdueAttestations(
  database: Database,
  now: Instant,
): AsyncGenerator<{ driverId: string; entryId: string }> {
  const found = queryEach(database, 'attestations', {
    IndexName: 'due',
    KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
    ExpressionAttributeValues: { ':shard': dueShard, ':now': toLocalIso(now) },
  });
  for await (const item of found) yield StoredAttestation.parse(item);
}

/** A driver's attestations, after one where it is given. `next` is where to go on; null at the end. */
export async function attestationsOf(database: Database, driverId: string, limit: number, after?: string) {
  const { Items, LastEvaluatedKey } = await database.client.send(
    new QueryCommand({
      TableName: database.tableName('attestations'),
      KeyConditionExpression: 'driverId = :driver',
      ExpressionAttributeValues: { ':driver': driverId },
      ...(after === undefined ? {} : { ExclusiveStartKey: { driverId, entryId: after } }),
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  const attestations = (Items ?? []).map((item): StoredAttestation => StoredAttestation.parse(item));
  return { attestations, next: LastEvaluatedKey ? String(LastEvaluatedKey.entryId) : null };
}

const forgottenTogether = 25;

/** Takes out who has looked and what was noted; that it was attested, and how, stays. */
export async function forgetWhatWasSaid(database: Database, driverId: string): Promise<void> {
  let after: string | undefined;
  do {
    const { attestations, next } = await attestationsOf(database, driverId, forgottenTogether, after);
    const said = attestations.filter(({ by, note }) => by !== undefined || note !== undefined);
    await Promise.all(said.map(({ entryId }) => forget(database, driverId, entryId)));
    after = next ?? undefined;
  } while (after !== undefined);
}

async function forget(database: Database, driverId: string, entryId: string): Promise<void> {
  await database.client.send(
    new UpdateCommand({
      TableName: database.tableName('attestations'),
      Key: { driverId, entryId },
      UpdateExpression: 'REMOVE #by, note',
      ExpressionAttributeNames: { '#by': 'by' },
    }),
  );
}
