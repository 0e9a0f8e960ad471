import type { Refusal } from '../../kernel/refusal.ts';
import { dayMs, type Instant, instantOf, monthOf, toLocalIso } from '../../kernel/time.ts';
import type { Account } from '../../ledger/rules/account.ts';
import { type AwardEntry, type Draft, type EventEntry, entryIds } from '../../ledger/rules/entry.ts';
import { decideExpiry } from '../../ledger/rules/expiry.ts';
import { monthsOf, negated, take, unexpired } from '../../ledger/rules/lots.ts';

export interface ReversalCommand {
  readonly award: EventEntry;
  readonly reason: string;
}

/** An award can be taken back until this long after the event. */
export const reversalAgeMaxMs = 180 * dayMs;

/**
 * Takes what an event was granted off the balance: from the lot that it went into, then from the others, oldest
 * first; what they do not hold any more becomes debt. Lots that have expired and stand in the account still go before
 * a debt is made: it is the reversal that takes the balance below zero, and not their expiry afterwards.
 */
export function decideReversal(
  account: Account,
  { award, reason }: ReversalCommand,
  now: Instant,
): Draft[] | Refusal<'not-awarded' | 'too-late'> {
  if (award.kind !== 'award') return { refusal: 'not-awarded', reason: award.reason ?? award.kind };
  if (now - instantOf(award.occurredAt) > reversalAgeMaxMs) {
    return { refusal: 'too-late', occurredAt: award.occurredAt, days: reversalAgeMaxMs / dayMs };
  }
  const spendable = unexpired(account.lots, now);
  const own = monthOf(instantOf(award.occurredAt));
  const order = [own, ...monthsOf(spendable).filter(month => month !== own)];
  const { taken, missing } = take(spendable, order, award.granted);
  const expired = missing > 0 ? decideExpiry(account, now) : [];
  return [
    ...expired,
    {
      kind: 'reversal',
      entryId: entryIds.reversal(award.platformId, award.eventId),
      platformId: award.platformId,
      eventId: award.eventId,
      activity: award.activity,
      points: -award.granted || 0,
      minutes: -award.minutes || 0,
      lots: negated(taken),
      debt: missing,
      counterparty: `issuance#${award.platformId}`,
      reason,
      occurredAt: toLocalIso(now),
      rankingMonth: award.rankingMonth,
    },
  ];
}

/** The status that a receipt shows. */
export function statusOf(
  entry: EventEntry,
  reversed: boolean,
): 'awarded' | 'capped' | 'declined' | 'pending' | 'reversed' {
  if (entry.kind !== 'award') return entry.kind;
  if (reversed) return 'reversed';
  return isCapped(entry) ? 'capped' : 'awarded';
}

function isCapped(entry: AwardEntry): boolean {
  return entry.granted === 0;
}
