import type { Database } from '../../dynamo/client.ts';
import type { Fragment } from '../../dynamo/transaction.ts';
import { shardOf } from '../../kernel/digest.ts';
import type { Month } from '../../kernel/time.ts';

/**
 * A month's gate. A close shuts it before reading the ranking, so that each award for the month is either read by the
 * close or refused by the gate. It has several copies, so that late awards do not all contend for one item.
 */
export const gateCopies = 8;

export function gateKey(month: Month, copy: number) {
  return { pk: `gate#${month}`, sk: String(copy) };
}

export function gateKeyFor(month: Month, driverId: string) {
  return gateKey(month, shardOf(driverId, gateCopies));
}

/** Shuts a month's gate. No award that counts for the month is written afterwards. Idempotent. */
export function shutGates(database: Database, month: Month): Fragment[] {
  return Array.from({ length: gateCopies }, (_, copy) => ({
    write: { Put: { TableName: database.tableName('rankings'), Item: gateKey(month, copy) } },
    onConditionFailed: () => 'stale',
  }));
}

/** A condition for the transaction of an award that counts for a past month. */
export function monthStillOpen(database: Database, month: Month, driverId: string): Fragment {
  return {
    write: {
      ConditionCheck: {
        TableName: database.tableName('rankings'),
        Key: gateKeyFor(month, driverId),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    onConditionFailed: () => 'stale',
  };
}
