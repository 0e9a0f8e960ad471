import { type Auditor, audited } from '../../audit/store/audit.ts';
import type { Database } from '../../dynamo/client.ts';
import { resultOrRetry, retryOnConflict } from '../../dynamo/retry.ts';
import { type Fragment, transact } from '../../dynamo/transaction.ts';
import { sha256 } from '../../kernel/digest.ts';
import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import { type Instant, toLocalIso } from '../../kernel/time.ts';
import { append } from '../../ledger/rules/chain.ts';
import { decide } from '../../ledger/rules/decide.ts';
import { entryIds } from '../../ledger/rules/entry.ts';
import { changeAccount } from '../../ledger/use-cases/change-account.ts';
import { readProfile } from '../../people/store/profiles.ts';
import { settleOverdueOf } from '../../redemptions/use-cases/expire.ts';
import type { AdjustmentBody, AdjustmentView } from '../contract/governance.ts';
import { overLimit } from '../rules/adjustment.ts';
import { decided, proposed, readAdjustment, type StoredAdjustment } from '../store/adjustments.ts';

const notFound: Refusal = { refusal: 'not-found' };

export interface AdjustmentPorts {
  readonly database: Database;
  /** No single adjustment moves more. */
  readonly pointsMax: number;
}

/** Proposes to give or take points. The same `requestNo` of the same organizer proposes once. */
export async function proposeAdjustment(
  { database, pointsMax }: AdjustmentPorts,
  { by, at }: Auditor,
  body: AdjustmentBody,
): Promise<{ created: boolean; adjustment: AdjustmentView } | Refusal> {
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
  const outcome = await carryOut(database, adjustmentId, () => [
    proposed(database, adjustment),
    audited(
      database,
      { by, at },
      {
        action: 'adjustment.propose',
        subject: adjustmentId,
        before: null,
        after: { state: 'proposed', driverId, points, reason },
      },
    ),
  ]);
  if (outcome === undefined) return { created: true, adjustment };
  const other = await readAdjustment(database, adjustmentId);
  return other ? sameOrRefused(other, body) : notFound;
}

/** 96 bits: no two proposals ever share a name. */
const idDigits = 24;

function sameOrRefused(
  known: StoredAdjustment,
  body: AdjustmentBody,
): { created: boolean; adjustment: AdjustmentView } | Refusal {
  const { driverId, points, reason, requestNo } = known;
  const same = driverId === body.driverId && points === body.points && reason === body.reason;
  return same ? { created: false, adjustment: known } : { refusal: 'request-no-used', requestNo };
}

/** The entry, the proposal's new state and the record of who did it are one transaction. */
export async function approveAdjustment(
  { database, pointsMax }: AdjustmentPorts,
  now: () => Instant,
  by: string,
  adjustmentId: string,
): Promise<AdjustmentView | Refusal> {
  const adjustment = await readAdjustment(database, adjustmentId);
  if (!adjustment) return notFound;
  const refusal = overLimit(adjustment, pointsMax);
  if (refusal) return refusal;
  const entryId = entryIds.adjustment(adjustmentId);
  await settleOverdueOf({ database, now }, adjustment.driverId);
  const refused = await changeAccount<Refusal | null>(database, now, {
    driverId: adjustment.driverId,
    entryIds: [entryId],
    plan: ({ record, entries }, at) => {
      if (entries.has(entryId)) return { kind: 'nothing', result: null };
      const drafts = decide(record.account, { kind: 'adjustment', adjustment }, at);
      if (isRefusal(drafts)) return { kind: 'nothing', result: drafts };
      return {
        kind: 'write',
        appended: append(record.account, drafts, at, sha256),
        besides: decision(database, adjustmentId, 'approved', { by, at }),
        result: null,
      };
    },
  });
  return refused ?? (await readAdjustment(database, adjustmentId)) ?? notFound;
}

/** Nothing moves. Its proposer may do so too, which takes the proposal back. */
export async function rejectAdjustment(
  { database }: AdjustmentPorts,
  auditor: Auditor,
  adjustmentId: string,
): Promise<AdjustmentView | Refusal> {
  const refused = await carryOut(database, adjustmentId, () =>
    decision(database, adjustmentId, 'rejected', auditor),
  );
  const adjustment = await readAdjustment(database, adjustmentId);
  if (!adjustment) return notFound;
  return refused && adjustment.state !== 'rejected' ? refused : adjustment;
}

function decision(
  database: Database,
  adjustmentId: string,
  state: 'approved' | 'rejected',
  auditor: Auditor,
): Fragment<Refusal>[] {
  return [
    decided(database, adjustmentId, state, auditor.by, auditor.at),
    audited(database, auditor, {
      action: state === 'approved' ? 'adjustment.approve' : 'adjustment.reject',
      subject: adjustmentId,
      before: { state: 'proposed' },
      after: { state },
    }),
  ];
}

/**
 * Carries a transaction out whose items somebody else may hold just now.
 *
 * @returns why a rule says no; undefined where it is done
 */
function carryOut<R>(
  database: Database,
  adjustmentId: string,
  fragments: () => readonly Fragment<R>[],
): Promise<R | undefined> {
  return retryOnConflict(`adjustment ${adjustmentId}`, async () =>
    resultOrRetry(await transact<R>(database, fragments()), undefined),
  );
}
