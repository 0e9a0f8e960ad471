import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { batchGet } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { type Fragment, isConditionFailure, transact } from '../../dynamo/transaction.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { type Profile, StoredProfile } from '../../ledger/contract/items.ts';

export async function readProfile(database: Database, driverId: string): Promise<Profile | undefined> {
  const { Item } = await database.client.send(
    new GetCommand({ TableName: database.tableName('profiles'), Key: { driverId }, ConsistentRead: true }),
  );
  return Item && StoredProfile.parse(Item);
}

/** The profiles of these drivers, as far as there are any; they may be a moment old. */
export async function readProfiles(
  database: Database,
  driverIds: readonly string[],
): Promise<Map<string, Profile>> {
  const found = await batchGet(
    database,
    driverIds.map(driverId => ({ table: 'profiles', key: { driverId } })),
    { consistent: false },
  );
  return new Map(found.map(({ item }) => [String(item.driverId), StoredProfile.parse(item)]));
}

/** Puts down a driver whom nobody has registered; refused where somebody has meanwhile. */
export function enrolment(database: Database, driverId: string, platformId: string): Fragment {
  const profile: Profile = {
    driverId,
    displayName: null,
    occupation: null,
    district: null,
    platformId,
    publishConsent: false,
    registered: false,
    consentSaid: false,
    revision: 1,
  };
  return { write: { Put: profilePut(database, undefined, profile) }, onConditionFailed: () => 'stale' };
}

/** Refused where the driver has been erased; whom nobody has enrolled yet is not. */
export function unlessErased(database: Database, driverId: string): Fragment<Refusal<'driver-erased'>> {
  return {
    write: {
      ConditionCheck: {
        TableName: database.tableName('profiles'),
        Key: { driverId },
        ConditionExpression: 'attribute_not_exists(erasedAt)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    },
    onConditionFailed: old => ({ refusal: 'driver-erased', erasedAt: String(old?.erasedAt) }),
  };
}

/**
 * Writes the profile if it still is as it was read, with what goes with it; false where it is not. By itself it is no
 * transaction, which would cost twice as much.
 */
export async function replaceProfile(
  database: Database,
  before: Profile | undefined,
  after: Profile,
  besides: readonly Fragment[] = [],
): Promise<boolean> {
  const put = profilePut(database, before, after);
  if (besides.length > 0) {
    const profile: Fragment = { write: { Put: put }, onConditionFailed: () => 'stale' };
    return (await transact(database, [profile, ...besides])).done;
  }
  try {
    await database.client.send(new PutCommand(put));
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

function profilePut(database: Database, before: Profile | undefined, after: Profile) {
  return {
    TableName: database.tableName('profiles'),
    Item: after,
    ...(before
      ? { ConditionExpression: 'revision = :read', ExpressionAttributeValues: { ':read': before.revision } }
      : { ConditionExpression: 'attribute_not_exists(driverId)' }),
  };
}
