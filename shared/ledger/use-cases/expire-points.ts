import { resultOrRetry, retryOnConflict } from '../../dynamo/retry.ts';
import { sha256 } from '../../kernel/digest.ts';
import { append } from '../rules/chain.ts';
import { decideExpiry } from '../rules/expiry.ts';
import { moveSweep } from '../store/accounts.ts';
import { commit, load } from '../store/ledger.ts';
import type { LedgerPorts } from './ports.ts';

/**
 * Writes an expiry entry for each of a driver's lots that has expired. If none has, it moves the account's sweep key
 * to the oldest lot, so that the sweep skips the account until that lot expires. Idempotent.
 *
 * @returns how many points expired
 */
export function expirePoints({ database, now }: LedgerPorts, driverId: string): Promise<number> {
  return retryOnConflict<number>(`account ${driverId}`, async () => {
    const instant = now();
    const { record } = await load(database, driverId);
    const drafts = decideExpiry(record.account, instant);
    if (drafts.length === 0) {
      await moveSweep(database, record, instant);
      return 0;
    }
    const appended = append(record.account, drafts, instant, sha256);
    const outcome = await commit(database, { before: record, appended });
    return resultOrRetry(
      outcome,
      drafts.reduce((sum, draft) => sum - draft.points, 0),
    );
  });
}
