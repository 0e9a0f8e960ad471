import { type AuditedChange, audited } from '../../audit/store/audit.ts';
import { resultOrRetry, retryOnConflict } from '../../dynamo/retry.ts';
import { sha256 } from '../../kernel/digest.ts';
import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import { instantOf, monthOf, toLocalIso } from '../../kernel/time.ts';
import { append } from '../../ledger/rules/chain.ts';
import { type Entry, entryIds, type PendingEntry } from '../../ledger/rules/entry.ts';
import { commit, load } from '../../ledger/store/ledger.ts';
import type { LedgerPorts } from '../../ledger/use-cases/ports.ts';
import { type AttestationOutcome, decideAttestation, outcomeOf } from '../rules/attestation.ts';
import { attestableUntil } from '../rules/award.ts';
import { monthsOver, monthsToHoldOpen } from '../rules/award-batch.ts';
import type { Rulebook } from '../rules/rulebook.ts';
import { type Attestation, endAttestation } from '../store/attestations.ts';
import { capUseFor } from './cap-use.ts';

export interface PendingEnd {
  readonly pending: PendingEntry;
  readonly attestation: Attestation;
  /** Used only for `confirmed`. */
  readonly rulebooks: readonly Rulebook[];
  /** The organizer to name in the audit record, if an organizer attested the event. */
  readonly organizer?: string | undefined;
}

/**
 * Ends a pending event once, with the entry that the attestation's outcome decides.
 *
 * @returns null when it has ended with this outcome, now or before; otherwise why not
 */
export function endPending(
  { database, now }: LedgerPorts,
  { pending, attestation, rulebooks, organizer }: PendingEnd,
): Promise<Refusal<'already-attested' | 'attestation-period-over'> | null> {
  const { driverId, platformId, eventId } = pending;
  const { outcome } = attestation;
  const isConfirmed = outcome === 'confirmed';
  const entryId = entryIds.attestation(platformId, eventId);
  return retryOnConflict(`account ${driverId}`, async () => {
    const at = now();
    const pastMonths = isConfirmed ? monthsOver([pending], at) : [];
    const { record, entries, closedMonths } = await load(database, driverId, [entryId], pastMonths);
    const { account } = record;
    const known = entries.get(entryId);
    if (known) return sameOrRefused(known, outcome);

    const capUse = isConfirmed ? await capUseFor(database, account, [pending]) : account.capUse;
    const monthClosed = closedMonths.has(monthOf(instantOf(pending.occurredAt)));
    const drafts = decideAttestation(
      { ...account, capUse },
      { pending, outcome, rulebooks, monthClosed },
      at,
    );
    if (isRefusal(drafts)) return drafts;
    const appended = append(account, drafts, at, sha256);
    const committed = await commit(database, {
      before: record,
      appended,
      openMonths: monthsToHoldOpen(appended.entries, at),
      extraWrites: [
        endAttestation(database, pending, attestation, at),
        ...(organizer === undefined
          ? []
          : [audited(database, { by: organizer, at }, attestingChange(pending, outcome))]),
      ],
    });
    return resultOrRetry(committed, null);
  });
}

function sameOrRefused(
  known: Entry,
  outcome: AttestationOutcome,
): Refusal<'already-attested' | 'attestation-period-over'> | null {
  const recorded = outcomeOf(known);
  if (recorded === outcome) return null;
  if (recorded !== 'lapsed') return { refusal: 'already-attested', outcome: recorded };
  return { refusal: 'attestation-period-over', until: toLocalIso(attestableUntil(known.occurredAt)) };
}

function attestingChange({ entryId }: PendingEntry, outcome: AttestationOutcome): AuditedChange {
  return {
    action: 'event.attest',
    subject: entryId,
    before: { status: 'pending' },
    after: { outcome },
  };
}
