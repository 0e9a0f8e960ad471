import type { Database } from '../../dynamo/client.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { type Instant, startOfMonthIso } from '../../kernel/time.ts';
import { expiryMonthOf, monthsOf } from '../../ledger/rules/lots.ts';
import { readAccount } from '../../ledger/store/accounts.ts';
import { type EntryPage, entriesOf } from '../../ledger/store/entries.ts';
import { readProfile } from '../../people/store/profiles.ts';
import { holdingsAt } from '../../redemptions/rules/settle.ts';
import { readHolder } from '../../redemptions/store/holder.ts';
import type { WalletView } from '../contract/wallet.ts';

/** A driver's points as they are at this instant: what has expired by the clock is gone, swept or not. */
export async function readWallet(
  database: Database,
  driverId: string,
  now: Instant,
): Promise<WalletView | Refusal<'not-found'>> {
  const [{ account, redemptions }, profile] = await Promise.all([
    readHolder(database, driverId, now),
    readProfile(database, driverId),
  ]);
  if (account.seq === 0 && !profile) return { refusal: 'not-found' };
  const { lots, ...points } = holdingsAt(account, redemptions, now);
  return {
    driverId,
    displayName: profile?.displayName ?? null,
    available: points.available,
    reserved: points.reserved,
    minutes: account.minutes,
    earned: account.earned,
    spent: points.spent,
    expired: points.expired,
    expiring: monthsOf(lots).map(lot => ({
      points: lots[lot] ?? 0,
      expiresAt: startOfMonthIso(expiryMonthOf(lot)),
    })),
    seq: account.seq,
  };
}

/** A page of a driver's entries, newest first; somebody whom nobody knows has none, and is not found. */
export async function readHistory(
  database: Database,
  driverId: string,
  limit: number,
  belowSeq: number | undefined,
): Promise<EntryPage | Refusal<'not-found'>> {
  const page = await entriesOf(database, driverId, limit, belowSeq);
  if (page.entries.length > 0 || (await isKnown(database, driverId))) return page;
  return { refusal: 'not-found' };
}

async function isKnown(database: Database, driverId: string): Promise<boolean> {
  const [{ account }, profile] = await Promise.all([
    readAccount(database, driverId),
    readProfile(database, driverId),
  ]);
  return account.seq > 0 || profile !== undefined;
}
