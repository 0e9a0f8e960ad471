import type { Database } from '../../dynamo/client.ts';
import { sha256 } from '../../kernel/digest.ts';
import { isRefusal } from '../../kernel/refusal.ts';
import { addMonths, type Instant, instantOf, type Month, monthOf, startOfMonth } from '../../kernel/time.ts';
import { type Account, capUseAfter, foldCapUse } from '../../ledger/rules/account.ts';
import { type Appended, append } from '../../ledger/rules/chain.ts';
import { decide } from '../../ledger/rules/decide.ts';
import type { Entry } from '../../ledger/rules/entry.ts';
import { wholeHistory } from '../../ledger/store/entries.ts';
import { knowsCapUse, type VolunteerEvent } from '../rules/award.ts';
import type { Rulebook } from '../rules/rulebook.ts';

/**
 * Decides one event after the other. Cap use goes along beside the account, which forgets old months with each entry,
 * and so would let the next event of the batch start such a month anew.
 */
export function decideAll(
  account: Account,
  capUse: Account['capUse'],
  events: readonly VolunteerEvent[],
  rulebooks: readonly Rulebook[],
  closedMonths: ReadonlySet<Month>,
  now: Instant,
): Appended {
  return events.reduce<Appended & { readonly capUse: Account['capUse'] }>(
    (sofar, event) => {
      const monthClosed = closedMonths.has(monthOf(instantOf(event.occurredAt)));
      const knowing = { ...sofar.account, capUse: sofar.capUse };
      const drafts = decide(knowing, { kind: 'award', event, rulebooks, monthClosed }, now);
      if (isRefusal(drafts)) throw new Error(`an award is never refused, yet ${drafts.refusal}`);
      const next = append(sofar.account, drafts, now, sha256);
      return {
        account: next.account,
        entries: [...sofar.entries, ...next.entries],
        capUse: next.entries.reduce(capUseAfter, sofar.capUse),
      };
    },
    { account, entries: [], capUse },
  );
}

/**
 * Cap use of all months that the events lie in; of those that the account keeps no longer, folded from its entries.
 *
 * @param events those that ask caps
 */
export async function capUseFor(
  database: Database,
  account: Account,
  events: readonly Pick<VolunteerEvent, 'occurredAt'>[],
): Promise<Account['capUse']> {
  const forgotten = new Set(
    events.filter(event => !knowsCapUse(account, event)).map(event => monthOf(instantOf(event.occurredAt))),
  );
  if (forgotten.size === 0) return account.capUse;
  const history = await wholeHistory(database, account.driverId, account.seq);
  if (!history) throw new Error(`the history of ${account.driverId} is not whole yet`);
  const restored = [...forgotten].map(month => [month, foldCapUse(history, month)]);
  return { ...account.capUse, ...Object.fromEntries(restored) };
}

/** Months that are over: their ranking may be frozen meanwhile. */
export function monthsOver(events: readonly Pick<VolunteerEvent, 'occurredAt'>[], now: Instant): Month[] {
  const months = new Set(events.map(event => monthOf(instantOf(event.occurredAt))));
  return [...months].filter(month => isOver(month, now));
}

/** What was decided to count for a month that is over counts only if that month is open still. */
export function monthsToHoldOpen(entries: readonly Entry[], now: Instant): Month[] {
  const months = entries.flatMap(entry =>
    entry.kind === 'award' && entry.rankingMonth ? [entry.rankingMonth] : [],
  );
  return [...new Set(months)].filter(month => isOver(month, now));
}

function isOver(month: Month, now: Instant): boolean {
  return startOfMonth(addMonths(month, 1)) <= now;
}
