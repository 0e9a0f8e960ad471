import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { sha256 } from '../../../shared/kernel/digest.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { type Account, foldStanding, newAccount } from '../../../shared/ledger/rules/account.ts';
import { chainStart } from '../../../shared/ledger/rules/chain.ts';
import { expiryOf } from '../../../shared/ledger/rules/credit.ts';
import type { Draft } from '../../../shared/ledger/rules/entry.ts';
import { monthsOf, total } from '../../../shared/ledger/rules/lots.ts';
import { type Driver, event, happens, type Step, spending } from '../../support/given.ts';

const at = '2026-03-20T12:00:00+08:00';
const fresh: Driver = { account: newAccount('d-1', chainStart('d-1', sha256)), entries: [] };

const earning = (number: number): Step =>
  event({ eventId: `e-${number}`, activity: 'rescue', receivedAt: at, minutes: number + 1 });

/** Entries that change the balance without a volunteer event. */
const otherEntries: readonly ((account: Account, number: number) => Step)[] = [
  ({ lots }, number) =>
    spending(Math.min(total(lots), 7), `2026-03-20T12:00:00.${String(number).padStart(3, '0')}+08:00`),
  ({ lots }, number) =>
    recorded(
      expiryOf(`expiry#${number}`, monthsOf(lots)[0] ?? '2026-03', Math.min(total(lots), 5), instantOf(at)),
    ),
  (_, number) =>
    recorded({
      kind: 'refund',
      entryId: `refund#${number}`,
      redemptionId: `r-${number}`,
      rewardId: 'cup',
      cause: 'cancelled',
      reservedMonth: '2026-03',
      points: 3,
      minutes: 0,
      lots: { '2026-03': 3 },
      debt: 0,
      counterparty: 'reward#cup',
      reason: null,
      occurredAt: at,
    }),
];

const recorded = (draft: Draft): Step => ({ at, decides: () => [draft] });

it('redemptions, expiry and refunds never change a standing', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }), kinds => {
      const all = kinds.reduce<Driver>((driver, kind, number) => {
        const other = kind === 3 ? undefined : otherEntries[kind];
        return happens(driver, other ? other(driver.account, number) : earning(number));
      }, fresh);
      const earned = kinds.reduce<Driver>(
        (driver, kind, number) => (kind === 3 ? happens(driver, earning(number)) : driver),
        fresh,
      );
      expect(all.account.standings).toEqual(earned.account.standings);
      expect(foldStanding(all.entries, '2026-03')).toEqual(foldStanding(earned.entries, '2026-03'));
    }),
    { numRuns: 100 },
  );
});
