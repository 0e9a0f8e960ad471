import { resultOrRetry, retry, retryOnConflict } from '../../dynamo/retry.ts';
import { sha256 } from '../../kernel/digest.ts';
import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import { type Instant, minuteMs, toLocalIso } from '../../kernel/time.ts';
import { append } from '../../ledger/rules/chain.ts';
import { type Draft, entryIds, type RedemptionEntry } from '../../ledger/rules/entry.ts';
import { negated } from '../../ledger/rules/lots.ts';
import { commit, load } from '../../ledger/store/ledger.ts';
import type { Redemption, Reserved } from '../rules/redemption.ts';
import { decideReserve, type RewardTerms } from '../rules/reserve.ts';
import { type Candidate, seedOf } from '../store/codes.ts';
import { outletMark, putReservation, readRedemptions } from '../store/redemptions.ts';
import { readTerms } from '../store/rewards.ts';
import { takeFromStock } from '../store/stock.ts';
import { settleOverdueOf, withOverdueStock } from './expire.ts';
import type { CodePorts } from './ports.ts';

export interface ReservationRequest {
  readonly driverId: string;
  /** Identifies the driver's request for ever. */
  readonly idempotencyKey: string;
  readonly rewardId: string;
}

export type ReservationResult =
  | Redemption
  | Refusal<
      | 'not-found'
      | 'reward-inactive'
      | 'limit-reached'
      | 'insufficient-points'
      | 'out-of-stock'
      | 'idempotency-key-reused'
    >;

/**
 * Reserves a reward: takes the points and a piece of stock and stores the redemption in one transaction, or refuses.
 * A repeat of an idempotency key returns the same redemption for ever; a refusal is not stored, so it may change.
 */
export function reserve(ports: CodePorts, request: ReservationRequest): Promise<ReservationResult> {
  return withOverdueStock(ports, request.rewardId, () => reserveOnce(ports, request));
}

/** Each turn is lost only if its code by chance equals another request's: 45 random bits make one turn enough. */
const turnsMax = 8;

async function reserveOnce(ports: CodePorts, request: ReservationRequest): Promise<ReservationResult> {
  for (let turn = 0; turn < turnsMax; turn += 1) {
    const result = await reserveInTurn(ports, request, turn);
    if (result !== 'code-taken') return result;
  }
  throw new Error(`no code is free for ${request.driverId} in ${turnsMax} turns`);
}

async function reserveInTurn(
  ports: CodePorts,
  request: ReservationRequest,
  turn: number,
): Promise<ReservationResult | 'code-taken'> {
  const { database } = ports;
  const { driverId, rewardId } = request;
  const seed = seedOf(driverId, request.idempotencyKey, turn);
  // While functions with an older current key still run, they may store the same request under that key.
  const candidates = ports.codes.candidates(seed);
  const [candidate] = candidates;
  const names = candidates.map(({ redemptionId }) => entryIds.redemption(redemptionId));

  const known = await findRedemption(ports, seed, candidates);
  if (known) return known === 'code-taken' ? known : sameOrRefused(known, request);
  await settleOverdueOf(ports, driverId);

  return retryOnConflict<ReservationResult | 'code-taken'>(`account ${driverId}`, async () => {
    const now = ports.now();
    const { record, entries } = await load(database, driverId, names);
    if (names.some(name => entries.has(name))) {
      const concurrent = await findRedemption(ports, seed, candidates);
      if (!concurrent) return retry;
      return concurrent === 'code-taken' ? concurrent : sameOrRefused(concurrent, request);
    }
    const terms = await readTerms(database, rewardId);
    if (!terms) return { refusal: 'not-found' };
    const { redemptionId } = candidate;
    const drafts = decideReserve(record.account, { redemptionId, terms }, now);
    if (isRefusal(drafts)) return drafts;
    const reserved = reservationOf(driverId, terms, drafts[0], { ...candidate, seed }, now);
    const outcome = await commit<Refusal<'out-of-stock'>>(database, {
      before: record,
      appended: append(record.account, drafts, now, sha256),
      extraWrites: [putReservation(database, reserved), takeFromStock(database, terms)],
    });
    return resultOrRetry(outcome, reserved);
  });
}

/** Finds what the request has reserved before, under any key; `code-taken` if another request has its code. */
async function findRedemption(
  { database }: CodePorts,
  seed: string,
  candidates: readonly [Candidate, ...Candidate[]],
): Promise<Redemption | 'code-taken' | undefined> {
  const found = await readRedemptions(
    database,
    candidates.map(({ redemptionId }) => redemptionId),
  );
  const own = [...found.values()].find(redemption => redemption.seed === seed);
  return own ?? (found.has(candidates[0].redemptionId) ? 'code-taken' : undefined);
}

function sameOrRefused(
  known: Redemption,
  { rewardId }: ReservationRequest,
): Redemption | Refusal<'idempotency-key-reused'> {
  const { redemptionId } = known;
  return known.rewardId === rewardId ? known : { refusal: 'idempotency-key-reused', redemptionId };
}

function reservationOf(
  driverId: string,
  terms: RewardTerms,
  { redemptionId, lots }: Draft<RedemptionEntry>,
  { seed, keyVersion }: Pick<Candidate, 'keyVersion'> & { readonly seed: string },
  now: Instant,
): Reserved {
  return {
    state: 'reserved',
    redemptionId,
    driverId,
    rewardId: terms.rewardId,
    rewardVersion: terms.version,
    points: terms.points,
    lots: negated(lots),
    stockTracked: terms.stockTracked,
    outlets: terms.outlets.map(outletMark),
    ...(terms.discount ? { discount: terms.discount } : {}),
    subsidyFen: terms.subsidyFen ?? 0,
    seed,
    codeKey: keyVersion,
    reservedAt: toLocalIso(now),
    expiresAt: toLocalIso(now + terms.holdMinutes * minuteMs),
  };
}
