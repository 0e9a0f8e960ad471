import type { Database } from '../../dynamo/client.ts';
import type { Fragment } from '../../dynamo/transaction.ts';
import { shardOf } from '../../kernel/digest.ts';
import type { Month } from '../../kernel/time.ts';

/**
 * A month's gate: shut before its ranking is read, so that an award for it is either read or refused here. There are
 * several copies of it, each a place of its own, lest all late awards queue up behind one item.
 */
export const gateCopies = 8;

export function gateKey(month: Month, copy: number) {
  return { pk: `gate#${month}`, sk: String(copy) };
}

export function gateKeyFor(month: Month, driverId: string) {
  return gateKey(month, shardOf(driverId, gateCopies));
}

/** Shuts a month: no award for it is written from then on. Once more is the same. */
export function shutGates(database: Database, month: Month): Fragment[] {
  return Array.from({ length: gateCopies }, (_, copy) => ({
    write: { Put: { TableName: database.tableName('rankings'), Item: gateKey(month, copy) } },
    onConditionFailed: () => 'stale',
  }));
}

/** Goes into the transaction of an award for a month that is over. */
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
