import { sha256 } from '../../kernel/digest.ts';
import { isRefusal } from '../../kernel/refusal.ts';
import type { RedemptionPorts } from '../../redemptions/use-cases/ports.ts';
import { append } from '../rules/chain.ts';
import { decide } from '../rules/decide.ts';
import { moveSweep, readAccount } from '../store/accounts.ts';
import { changeAccount } from './change-account.ts';

/**
 * Writes an entry for each of a driver's lots that has expired. Where nothing has, the account is marked to be looked
 * at later; done twice, the second finds nothing.
 *
 * @returns how many points expired
 */
export async function expirePoints(ports: RedemptionPorts, driverId: string): Promise<number> {
  const points = await changeAccount<number>(ports.database, ports.now, {
    driverId,
    entryIds: [],
    plan: ({ record }, now) => {
      const drafts = decide(record.account, { kind: 'expiry' }, now);
      if (isRefusal(drafts)) throw new Error(`an expiry is never refused, yet ${drafts.refusal}`);
      if (drafts.length === 0) return { kind: 'nothing', result: 0 };
      const result = drafts.reduce((sum, draft) => sum - draft.points, 0);
      return { kind: 'write', appended: append(record.account, drafts, now, sha256), result };
    },
  });
  if (points === 0) await moveSweep(ports.database, await readAccount(ports.database, driverId), ports.now());
  return points;
}
