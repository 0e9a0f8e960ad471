import type { Database } from '../../dynamo/client.ts';
import type { Fragment } from '../../dynamo/transaction.ts';
import { sha256 } from '../../kernel/digest.ts';
import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import { type Instant, instantOf, monthOf, toLocalIso } from '../../kernel/time.ts';
import { append } from '../../ledger/rules/chain.ts';
import { decide } from '../../ledger/rules/decide.ts';
import { type Entry, entryIds, type PendingEntry } from '../../ledger/rules/entry.ts';
import type { Loaded } from '../../ledger/store/ledger.ts';
import { changeAccount, type Plan } from '../../ledger/use-cases/change-account.ts';
import { type AttestationOutcome, outcomeOf } from '../rules/attestation.ts';
import { attestableUntil } from '../rules/award.ts';
import type { Rulebook } from '../rules/rulebook.ts';
import { type Attestation, endAttestation } from '../store/attestations.ts';
import { capUseFor, monthsOver, monthsToHoldOpen } from './decide-events.ts';

export interface Ending {
  readonly pending: PendingEntry;
  readonly said: Attestation;
  /** Looked at only where it is confirmed. */
  readonly rulebooks: readonly Rulebook[];
  /** What else is written with it. */
  readonly besides?: (at: Instant) => Fragment[];
}

/** Ends a pending event, once: the name of its attestation is free, or tells how it has ended. */
export function endPending(database: Database, now: () => Instant, ending: Ending): Promise<Refusal | null> {
  const { pending, said, besides = () => [] } = ending;
  const name = entryIds.attestation(pending.platformId, pending.eventId);
  return changeAccount<Refusal | null>(database, now, {
    driverId: pending.driverId,
    entryIds: [name],
    months: at => (said.outcome === 'confirmed' ? monthsOver([pending], at) : []),
    plan: async (loaded, at) => {
      const known = loaded.entries.get(name);
      if (known) return { kind: 'nothing', result: sameOrRefused(known, said.outcome) };
      const plan = await planEnd(database, ending, loaded, at);
      if (plan.kind === 'nothing') return plan;
      return { ...plan, besides: [endAttestation(database, pending, said, at), ...besides(at)] };
    },
  });
}

async function planEnd(
  database: Database,
  { pending, said: { outcome }, rulebooks }: Ending,
  { record: { account }, closedMonths }: Loaded,
  now: Instant,
): Promise<Plan<Refusal | null>> {
  const capUse = outcome === 'confirmed' ? await capUseFor(database, account, [pending]) : account.capUse;
  const monthClosed = closedMonths.has(monthOf(instantOf(pending.occurredAt)));
  const command = { kind: 'attest', pending, outcome, rulebooks, monthClosed } as const;
  const drafts = decide({ ...account, capUse }, command, now);
  if (isRefusal(drafts)) return { kind: 'nothing', result: drafts };
  const appended = append(account, drafts, now, sha256);
  return { kind: 'write', appended, openMonths: monthsToHoldOpen(appended.entries, now), result: null };
}

function sameOrRefused(known: Entry, outcome: AttestationOutcome): Refusal | null {
  const was = outcomeOf(known);
  if (was === outcome) return null;
  if (was !== 'lapsed') return { refusal: 'already-attested', outcome: was };
  return { refusal: 'attestation-period-over', until: toLocalIso(attestableUntil(known.occurredAt)) };
}
