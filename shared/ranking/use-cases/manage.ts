import { retry, retryOnConflict } from '../../dynamo/retry.ts';
import { type Fragment, transact } from '../../dynamo/transaction.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { Month } from '../../kernel/time.ts';
import { shutGates } from '../../ledger/store/months.ts';
import {
  closingRefusal,
  correctionRefusal,
  isPublic,
  published,
  publishingRefusal,
  type RankingMonth,
  stateWith,
  withIntent,
} from '../rules/ranking-month.ts';
import { readRankingMonth, replaceRankingMonth } from '../store/ranking-months.ts';
import { makeVersion } from './make-version.ts';
import type { RankingPorts } from './ports.ts';

export interface ClosingPorts extends RankingPorts {
  /** Number of messages in the award queue and its dead-letter queue. */
  readonly eventsPending: () => Promise<number>;
}

/**
 * Freezes version 1. One transaction shuts the gates and stores the intent; only then are the accounts read. So an award
 * for this month either is in the version or finds a shut gate. Idempotent: a repeat returns the closed month.
 *
 * @param force closes although events are pending. These events will earn points, but do not count in the ranking.
 */
export async function closeMonth(
  ports: ClosingPorts,
  month: Month,
  author: string,
  force: boolean,
): Promise<RankingMonth | Refusal<'month-not-over' | 'events-pending'>> {
  return retryStep(ports, month, async ranking => {
    if (ranking.version > 0) return ranking;
    if (ranking.intent) return makeVersion(ports, ranking);
    const refusal = closingRefusal(month, ports.now());
    if (refusal) return refusal;
    const pending = force ? 0 : await ports.eventsPending();
    if (pending > 0) return { refusal: 'events-pending', pending };
    const closing = withIntent(ranking, null, author, ports.now());
    const isStored = await storeStep(ports, 'ranking.close', ranking, closing, {
      extraWrites: shutGates(ports.database, month),
      auditFacts: force ? { force } : {},
    });
    return isStored ? makeVersion(ports, closing) : retry;
  });
}

/** Makes the closed ranking public. Idempotent. */
export async function publishMonth(
  ports: RankingPorts,
  month: Month,
): Promise<RankingMonth | Refusal<'not-closed' | 'objection-period'>> {
  return retryStep(ports, month, async ranking => {
    if (isPublic(ranking)) return ranking;
    const refusal = publishingRefusal(ranking, ports.now());
    if (refusal) return refusal;
    const after = published(ranking, ports.now());
    return (await storeStep(ports, 'ranking.publish', ranking, after)) ? after : retry;
  });
}

/** Makes the next version from the current entries. Finishes an abandoned correction first. */
export async function correctMonth(
  ports: RankingPorts,
  month: Month,
  author: string,
  reason: string,
): Promise<RankingMonth | Refusal<'not-closed' | 'not-published'>> {
  return retryStep(ports, month, async ranking => {
    const refusal = correctionRefusal(ranking);
    if (refusal) return refusal;
    if (ranking.intent) {
      const isSameRequest = ranking.intent.author === author && ranking.intent.reason === reason;
      const finished = await makeVersion(ports, ranking);
      return isSameRequest ? finished : retry;
    }
    const correcting = withIntent(ranking, reason, author, ports.now());
    const isStored = await storeStep(ports, 'ranking.correct', ranking, correcting);
    return isStored ? makeVersion(ports, correcting) : retry;
  });
}

/** More than usual: each late award locks a gate for a moment, and the refresh rewrites the month's record. */
const attemptsMax = 20;

/** Runs a step on the current record of the month, again for each conflict. */
function retryStep<Refused>(
  { database }: RankingPorts,
  month: Month,
  step: (ranking: RankingMonth) => Promise<RankingMonth | Refused | typeof retry>,
): Promise<RankingMonth | Refused> {
  const attempt = async () => step(await readRankingMonth(database, month));
  return retryOnConflict<RankingMonth | Refused>(`the ranking of ${month}`, attempt, attemptsMax);
}

/** @returns false if another step has changed the month's record or locks a gate */
async function storeStep(
  { database, audit }: RankingPorts,
  action: string,
  before: RankingMonth,
  after: RankingMonth,
  { extraWrites = [], auditFacts = {} }: { extraWrites?: readonly Fragment[]; auditFacts?: object } = {},
): Promise<boolean> {
  const audited = audit ? [audit({ action, ...auditedStates(before, after, auditFacts) })] : [];
  const record = replaceRankingMonth(database, before, after);
  return (await transact(database, [record, ...extraWrites, ...audited])).done;
}

/** An intent is recorded as the version it leads to, because a later run finishes every stored intent. */
function auditedStates(before: RankingMonth, { state, version, intent }: RankingMonth, facts: object) {
  const reached = intent
    ? {
        state: stateWith(intent),
        version: intent.version,
        ...(intent.reason ? { reason: intent.reason } : {}),
      }
    : { state, version };
  return {
    subject: before.month,
    before: { state: before.state, version: before.version },
    after: { ...reached, ...facts },
  };
}
