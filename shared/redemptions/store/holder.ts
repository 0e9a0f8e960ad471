import { TransactGetCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import { ContentionError, retry, withRetries } from '../../dynamo/retry.ts';
import { cancellationReasons } from '../../dynamo/transaction.ts';
import { addMonths, type Instant, monthOf } from '../../kernel/time.ts';
import type { Account } from '../../ledger/rules/account.ts';
import { emptyRecord, parseAccount, readAccount } from '../../ledger/store/accounts.ts';
import type { Redemption } from '../rules/redemption.ts';
import { areAllReservations } from '../rules/reservations.ts';
import { possibleHolds } from './driver-redemptions.ts';
import { parseRedemption, readRedemptions } from './redemptions.ts';

/** A driver's account, and the redemptions that may still hold points, as both stood at one instant. */
export interface Holder {
  readonly account: Account;
  readonly redemptions: readonly Redemption[];
}

/**
 * A reservation, a confirmation or a refund may come between any two reads. So the account and whatever is not known
 * to have ended are read by one transaction; and by the account's own count of reservations it is seen when the index
 * has not told of one yet, and all is read again: docs/adr/0016-a-wallet-at-one-instant.md says what is left.
 */
export async function readHolder(database: Database, driverId: string, now: Instant): Promise<Holder> {
  const from = addMonths(monthOf(now), -1);
  let latest: Holder | undefined;
  return withRetries<Holder>(
    async () => {
      latest = await readOnce(database, driverId, now);
      return latest && areAllReservations(latest.account, latest.redemptions, from) ? latest : retry;
    },
    {
      // The index may list too few for longer than all attempts take: then the last read counts.
      onExhausted: attemptsMax => {
        if (latest) return latest;
        throw new ContentionError(`the holds of ${driverId}`, attemptsMax);
      },
    },
  );
}

/** Undefined where something changed meanwhile. */
async function readOnce(database: Database, driverId: string, now: Instant): Promise<Holder | undefined> {
  const ids = await possibleHolds(database, driverId, now);
  // Whatever has ended stays so, and what it was worth stands in the account: a moment-old copy is good enough.
  const known = await readRedemptions(database, ids, { consistent: false });
  const ended = [...known.values()].filter(({ state }) => state !== 'reserved');
  const open = ids.filter(id => (known.get(id)?.state ?? 'reserved') === 'reserved');
  const parts = await Promise.all(inParts(open).map(part => readTogether(database, driverId, part)));
  const [first] = parts;
  if (!first || parts.some(part => part?.account.seq !== first.account.seq)) return undefined;
  return { ...first, redemptions: [...ended, ...parts.flatMap(part => part?.redemptions ?? [])] };
}

/** A transaction reads at most 100 items, and the account is in each. */
const readMax = 99;

/** One part at least: the account is read where there is nothing else. */
function inParts(ids: readonly string[]): string[][] {
  const count = Math.max(1, Math.ceil(ids.length / readMax));
  return Array.from({ length: count }, (_, part) => ids.slice(part * readMax, (part + 1) * readMax));
}

/** Undefined where a write to one of them was under way. */
async function readTogether(
  database: Database,
  driverId: string,
  redemptionIds: readonly string[],
): Promise<Holder | undefined> {
  // Alone it needs no transaction, which would cost twice as much.
  if (redemptionIds.length === 0)
    return { account: (await readAccount(database, driverId)).account, redemptions: [] };
  const get = (table: string, Key: Record<string, string>) => ({
    Get: { TableName: database.tableName(table), Key },
  });
  try {
    const { Responses = [] } = await database.client.send(
      new TransactGetCommand({
        TransactItems: [
          get('accounts', { driverId }),
          ...redemptionIds.map(redemptionId => get('redemptions', { redemptionId })),
        ],
      }),
    );
    const [account, ...redemptions] = Responses.map(({ Item }): Item | undefined => Item);
    return {
      account: (account ? parseAccount(account) : emptyRecord(driverId)).account,
      redemptions: redemptions.flatMap(item => (item ? [parseRedemption(item)] : [])),
    };
  } catch (error) {
    const isConflict = cancellationReasons(error)?.some(({ Code }) => Code === 'TransactionConflict');
    if (isConflict) return undefined;
    throw error;
  }
}
