import { decide } from '../../domain/decide.ts';
import { entryIds } from '../../domain/entry.ts';
import { append } from '../../domain/ledger.ts';
import { negated } from '../../domain/lots.ts';
import type { Redemption, Reserved } from '../../domain/redemption.ts';
import { isRefusal, type Refusal } from '../../domain/refusal.ts';
import type { RewardTerms } from '../../domain/reserve.ts';
import { type Instant, minuteMs, toLocalIso } from '../../domain/time.ts';
import { type Candidate, seedOf } from '../../store/codes.ts';
import { sha256 } from '../../store/digest.ts';
import type { Loaded } from '../../store/ledger.ts';
import { outletMark, putReservation, readRedemptions } from '../../store/redemptions.ts';
import { readTerms } from '../../store/rewards.ts';
import { takeFromStock } from '../../store/stock.ts';
import { changeAccount, type Plan } from '../change-account.ts';
import { settleOverdue } from './expire.ts';
import type { CodePorts } from './ports.ts';

/** A driver's wish; its key names it for ever. */
export interface Wish {
  readonly driverId: string;
  readonly idempotencyKey: string;
  readonly rewardId: string;
}

/** Refusals that the driver's own overdue holds, or the reward's, may be the reason of. */
const mayBeOverdue: ReadonlySet<Refusal['refusal']> = new Set([
  'insufficient-points',
  'limit-reached',
  'out-of-stock',
]);

/**
 * Reserves a reward: points, stock and the redemption in one transaction, or a refusal. The same key gives the same
 * redemption for ever; a refusal is not remembered.
 */
export async function reserve(ports: CodePorts, wish: Wish): Promise<Redemption | Refusal> {
  const first = await reserveOnce(ports, wish);
  if (!isRefusal(first) || !mayBeOverdue.has(first.refusal)) return first;
  const settled = await settleOverdue(ports, hold =>
    first.refusal === 'out-of-stock' ? hold.rewardId === wish.rewardId : hold.driverId === wish.driverId,
  );
  return settled > 0 ? reserveOnce(ports, wish) : first;
}

/** Where two wishes have the same code by chance, the later one takes another turn. */
const turnsMax = 4;

async function reserveOnce(ports: CodePorts, wish: Wish): Promise<Redemption | Refusal> {
  for (let turn = 0; turn < turnsMax; turn += 1) {
    const seed = seedOf(wish.driverId, wish.idempotencyKey, turn);
    const known = await redemptionOf(ports, seed);
    if (known === 'taken') continue;
    if (known) return sameOrRefused(known, wish);
    const [candidate] = ports.codes.candidates(seed);
    const made = await make(ports, wish, seed, candidate);
    if (made !== 'known') return made;
    turn -= 1; // somebody made it meanwhile: read it, whosever it is
  }
  throw new Error(`no code is free for ${wish.driverId} in ${turnsMax} turns`);
}

/** What a wish has made before, under whichever key; `taken` where the code is another wish's. */
async function redemptionOf(ports: CodePorts, seed: string): Promise<Redemption | 'taken' | undefined> {
  const candidates = ports.codes.candidates(seed);
  const found = await readRedemptions(
    ports.database,
    candidates.map(({ redemptionId }) => redemptionId),
  );
  const own = [...found.values()].find(redemption => redemption.seed === seed);
  return own ?? (found.has(candidates[0].redemptionId) ? 'taken' : undefined);
}

function sameOrRefused(known: Redemption, { rewardId }: Wish): Redemption | Refusal {
  const { redemptionId } = known;
  return known.rewardId === rewardId ? known : { refusal: 'idempotency-key-reused', redemptionId };
}

function make(ports: CodePorts, wish: Wish, seed: string, candidate: Candidate) {
  const entryId = entryIds.redemption(candidate.redemptionId);
  return changeAccount<Redemption | Refusal | 'known'>(ports.database, ports.now, {
    driverId: wish.driverId,
    entryIds: [entryId],
    plan: async (loaded, now) => {
      if (loaded.entries.has(entryId)) return { kind: 'nothing', result: 'known' };
      const terms = await readTerms(ports.database, wish.rewardId);
      if (!terms) return { kind: 'nothing', result: { refusal: 'not-found' } };
      return planReservation(ports, loaded, terms, { seed, candidate, now });
    },
  });
}

interface Making {
  readonly seed: string;
  readonly candidate: Candidate;
  readonly now: Instant;
}

function planReservation(
  { database }: CodePorts,
  { record }: Loaded,
  terms: RewardTerms,
  { seed, candidate, now }: Making,
): Plan<Redemption | Refusal | 'known'> {
  const { redemptionId, keyVersion } = candidate;
  const drafts = decide(record.account, { kind: 'reserve', redemptionId, terms }, now);
  if (isRefusal(drafts)) return { kind: 'nothing', result: drafts };
  const [draft] = drafts;
  if (!draft) throw new Error('a reservation without an entry');
  const reserved: Reserved = {
    state: 'reserved',
    redemptionId,
    driverId: record.account.driverId,
    rewardId: terms.rewardId,
    rewardVersion: terms.version,
    points: terms.points,
    lots: negated(draft.lots),
    stockTracked: terms.stockTracked,
    outlets: terms.outlets.map(outletMark),
    ...(terms.discount ? { discount: terms.discount } : {}),
    subsidyFen: terms.subsidyFen ?? 0,
    seed,
    codeKey: keyVersion,
    reservedAt: toLocalIso(now),
    expiresAt: toLocalIso(now + terms.holdMinutes * minuteMs),
  };
  return {
    kind: 'write',
    appended: append(record.account, drafts, now, sha256),
    besides: [putReservation(database, reserved), takeFromStock(database, terms)],
    result: reserved,
  };
}
