import { type AuditedChange, type Auditor, audited } from '../../audit/store/audit.ts';
import type { Database } from '../../dynamo/client.ts';
import { resultOrRetry, retryOnConflict } from '../../dynamo/retry.ts';
import { type Fragment, transact } from '../../dynamo/transaction.ts';
import { sha256 } from '../../kernel/digest.ts';
import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import { type Instant, toLocalIso } from '../../kernel/time.ts';
import { append } from '../../ledger/rules/chain.ts';
import { entryIds } from '../../ledger/rules/entry.ts';
import { commit, load } from '../../ledger/store/ledger.ts';
import { readProfile } from '../../people/store/profiles.ts';
import { settleOverdueOf } from '../../redemptions/use-cases/expire.ts';
import type { AdjustmentBody, AdjustmentView } from '../contract/governance.ts';
import { decideAdjustment, overLimit } from '../rules/adjustment.ts';
import {
  type ApprovedRefusal,
  approved,
  proposed,
  type RejectedRefusal,
  readAdjustment,
  rejected,
  type StoredAdjustment,
} from '../store/adjustments.ts';

const notFound: Refusal<'not-found'> = { refusal: 'not-found' };

export interface AdjustmentPorts {
  readonly database: Database;
  /** The most points that one adjustment may move. */
  readonly pointsMax: number;
}

export interface ProposedAdjustment {
  /** False for a repeat. */
  readonly created: boolean;
  readonly adjustment: AdjustmentView;
}

/** Proposes to give or take points. A repeat of an organizer's `requestNo` returns the first proposal. */
export async function proposeAdjustment(
  { database, pointsMax }: AdjustmentPorts,
  { by, at }: Auditor,
  body: AdjustmentBody,
): Promise<ProposedAdjustment | Refusal<'not-found' | 'over-limit' | 'request-no-used'>> {
  const adjustment: StoredAdjustment = {
    adjustmentId: `adj-${sha256(`${by}#${body.requestNo}`).slice(0, idDigits)}`,
    ...body,
    state: 'proposed',
    proposedBy: by,
    proposedAt: toLocalIso(at),
  };
  const { adjustmentId, driverId, points, reason } = adjustment;
  const known = await readAdjustment(database, adjustmentId);
  if (known) return sameOrRefused(known, body);
  const refusal = overLimit(adjustment, pointsMax);
  if (refusal) return refusal;
  const profile = await readProfile(database, driverId);
  if (!profile) return notFound;
  const change: AuditedChange = {
    action: 'adjustment.propose',
    subject: adjustmentId,
    before: null,
    after: { state: 'proposed', driverId, points, reason },
  };
  const concurrent = await retryOnConflict<'known' | null>(`adjustment ${adjustmentId}`, async () => {
    const writes = [proposed(database, adjustment), audited(database, { by, at }, change)];
    return resultOrRetry(await transact<'known'>(database, writes), null);
  });
  if (!concurrent) return { created: true, adjustment };
  const other = await readAdjustment(database, adjustmentId);
  return other ? sameOrRefused(other, body) : notFound;
}

/** 96 bits, so that two proposals never share an id. */
const idDigits = 24;

function sameOrRefused(
  known: StoredAdjustment,
  body: AdjustmentBody,
): ProposedAdjustment | Refusal<'request-no-used'> {
  const { driverId, points, reason, requestNo } = known;
  const same = driverId === body.driverId && points === body.points && reason === body.reason;
  return same ? { created: false, adjustment: known } : { refusal: 'request-no-used', requestNo };
}

type ApprovalRefusal = ApprovedRefusal | Refusal<'over-limit' | 'insufficient-points'>;

/** Writes the entry, the proposal's new state and the audit record in one transaction. A repeat changes nothing. */
export async function approveAdjustment(
  { database, pointsMax }: AdjustmentPorts,
  now: () => Instant,
  by: string,
  adjustmentId: string,
): Promise<AdjustmentView | ApprovalRefusal> {
  const adjustment = await readAdjustment(database, adjustmentId);
  if (!adjustment) return notFound;
  const refusal = overLimit(adjustment, pointsMax);
  if (refusal) return refusal;
  const { driverId } = adjustment;
  const entryId = entryIds.adjustment(adjustmentId);
  await settleOverdueOf({ database, now }, driverId);
  const refused = await retryOnConflict<ApprovalRefusal | null>(`account ${driverId}`, async () => {
    const at = now();
    const { record, entries } = await load(database, driverId, [entryId]);
    if (entries.has(entryId)) return null;
    const drafts = decideAdjustment(record.account, adjustment, at);
    if (isRefusal(drafts)) return drafts;
    const outcome = await commit<ApprovedRefusal>(database, {
      before: record,
      appended: append(record.account, drafts, at, sha256),
      extraWrites: [
        approved(database, adjustmentId, by, at),
        deciding(database, adjustmentId, 'approved', { by, at }),
      ],
    });
    return resultOrRetry(outcome, null);
  });
  return refused ?? (await readAdjustment(database, adjustmentId)) ?? notFound;
}

/** Rejects a proposal; no points move. Its proposer may reject it too, which withdraws it. */
export async function rejectAdjustment(
  { database }: AdjustmentPorts,
  auditor: Auditor,
  adjustmentId: string,
): Promise<AdjustmentView | RejectedRefusal> {
  const refused = await retryOnConflict<RejectedRefusal | null>(`adjustment ${adjustmentId}`, async () => {
    const outcome = await transact<RejectedRefusal>(database, [
      rejected(database, adjustmentId, auditor.by, auditor.at),
      deciding(database, adjustmentId, 'rejected', auditor),
    ]);
    return resultOrRetry(outcome, null);
  });
  const adjustment = await readAdjustment(database, adjustmentId);
  if (!adjustment) return notFound;
  return refused && adjustment.state !== 'rejected' ? refused : adjustment;
}

/** The audit record of a decision. */
function deciding(
  database: Database,
  adjustmentId: string,
  state: 'approved' | 'rejected',
  auditor: Auditor,
): Fragment {
  return audited(database, auditor, {
    action: state === 'approved' ? 'adjustment.approve' : 'adjustment.reject',
    subject: adjustmentId,
    before: { state: 'proposed' },
    after: { state },
  });
}
