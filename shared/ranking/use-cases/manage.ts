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
  /** How many messages the award queue and its dead letters hold. */
  readonly eventsPending: () => Promise<number>;
}

/**
 * Freezes version 1. First the gates are shut and the closing is noted, in one transaction; only then the accounts are
 * read: an award for this month is in the version or finds the gate shut.
 *
 * @param force closes although events wait to be worked on; they will earn points and no place
 */
export async function closeMonth(
  ports: ClosingPorts,
  month: Month,
  author: string,
  force: boolean,
): Promise<RankingMonth | Refusal<'month-not-over' | 'events-pending'>> {
  return inTurn<Refusal<'month-not-over' | 'events-pending'>>(ports, month, async ranking => {
    if (ranking.version > 0) return ranking;
    if (ranking.intent) return makeVersion(ports, ranking);
    const refusal = closingRefusal(month, ports.now());
    if (refusal) return refusal;
    const pending = force ? 0 : await ports.eventsPending();
    if (pending > 0) return { refusal: 'events-pending', pending };
    const closing = withIntent(ranking, null, author, ports.now());
    const gates = shutGates(ports.database, month);
    const noted = await note(ports, 'ranking.close', ranking, closing, gates, force ? { force } : {});
    return noted ? makeVersion(ports, closing) : retry;
  });
}

/** Shows the closed ranking to everybody. Once more is the same. */
export async function publishMonth(
  ports: RankingPorts,
  month: Month,
): Promise<RankingMonth | Refusal<'not-closed' | 'objection-period'>> {
  return inTurn<Refusal<'not-closed' | 'objection-period'>>(ports, month, async ranking => {
    if (isPublic(ranking)) return ranking;
    const refusal = publishingRefusal(ranking, ports.now());
    if (refusal) return refusal;
    const after = published(ranking, ports.now());
    return (await note(ports, 'ranking.publish', ranking, after)) ? after : retry;
  });
}

/** Makes the next version from the entries as they are now. */
export async function correctMonth(
  ports: RankingPorts,
  month: Month,
  author: string,
  reason: string,
): Promise<RankingMonth | Refusal<'not-closed' | 'not-published'>> {
  return inTurn<Refusal<'not-closed' | 'not-published'>>(ports, month, async ranking => {
    const refusal = correctionRefusal(ranking);
    if (refusal) return refusal;
    if (ranking.intent) {
      const isOurs = ranking.intent.author === author && ranking.intent.reason === reason;
      const made = await makeVersion(ports, ranking);
      return isOurs ? made : retry;
    }
    const correcting = withIntent(ranking, reason, author, ports.now());
    return (await note(ports, 'ranking.correct', ranking, correcting))
      ? makeVersion(ports, correcting)
      : retry;
  });
}

/** Many hold what a step needs: late awards the gates, for a moment each, and the refresh the record. */
const attemptsMax = 20;

function inTurn<R extends Refusal>(
  { database }: RankingPorts,
  month: Month,
  step: (ranking: RankingMonth) => Promise<RankingMonth | R | typeof retry>,
): Promise<RankingMonth | R> {
  const attempt = async () => step(await readRankingMonth(database, month));
  return retryOnConflict(`the ranking of ${month}`, attempt, attemptsMax);
}

async function note(
  { database, audit }: RankingPorts,
  action: string,
  before: RankingMonth,
  after: RankingMonth,
  besides: readonly Fragment[] = [],
  how: Readonly<Record<string, unknown>> = {},
): Promise<boolean> {
  const audited = audit ? [audit({ action, ...noting(before, after, how) })] : [];
  const record = replaceRankingMonth(database, before, after);
  return (await transact(database, [record, ...besides, ...audited])).done;
}

/** What is begun here is finished by whoever comes next, so to intend a version is to make it. */
function noting(before: RankingMonth, { state, version, intent }: RankingMonth, how: object) {
  const made = intent
    ? {
        state: stateWith(intent),
        version: intent.version,
        ...(intent.reason ? { reason: intent.reason } : {}),
      }
    : { state, version };
  return {
    subject: before.month,
    before: { state: before.state, version: before.version },
    after: { ...made, ...how },
  };
}
