import { sha256 } from '../../kernel/digest.ts';
import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import { type Instant, minuteMs, toLocalIso } from '../../kernel/time.ts';
import { append } from '../../ledger/rules/chain.ts';
import { decide } from '../../ledger/rules/decide.ts';
import { entryIds } from '../../ledger/rules/entry.ts';
import { negated } from '../../ledger/rules/lots.ts';
import type { Loaded } from '../../ledger/store/ledger.ts';
import { changeAccount, type Plan } from '../../ledger/use-cases/change-account.ts';
import type { Redemption, Reserved } from '../rules/redemption.ts';
import type { RewardTerms } from '../rules/reserve.ts';
import { type Candidate, seedOf } from '../store/codes.ts';
import { outletMark, putReservation, readRedemptions } from '../store/redemptions.ts';
import { readTerms } from '../store/rewards.ts';
import { takeFromStock } from '../store/stock.ts';
import { settleOverdueOf, withOverdueStock } from './expire.ts';
import type { CodePorts } from './ports.ts';

/** A driver's wish; its key names it for ever. */
export interface Wish {
  readonly driverId: string;
  readonly idempotencyKey: string;
  readonly rewardId: string;
}

/**
 * Reserves a reward: points, stock and the redemption in one transaction, or a refusal. The same key gives the same
 * redemption for ever; a refusal is not remembered.
 */
export function reserve(ports: CodePorts, wish: Wish): Promise<Redemption | Refusal> {
  return withOverdueStock(ports, wish.rewardId, () => reserveOnce(ports, wish));
}

/** More than anybody needs: a lost race is one, and so is a code that by chance is another wish's. */
const attemptsMax = 8;

async function reserveOnce(ports: CodePorts, wish: Wish): Promise<Redemption | Refusal> {
  let turn = 0;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const seed = seedOf(wish.driverId, wish.idempotencyKey, turn);
    const known = await redemptionOf(ports, seed);
    if (known === 'taken') {
      turn += 1;
      continue;
    }
    if (known) return sameOrRefused(known, wish);
    await settleOverdueOf(ports, wish.driverId);
    const made = await make(ports, wish, seed);
    if (made !== 'known') return made;
  }
  throw new Error(`no code is free for ${wish.driverId} in ${attemptsMax} attempts`);
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

/** Nobody has made it under any key: functions that still have the old key current may make the same wish just now. */
function make(ports: CodePorts, wish: Wish, seed: string) {
  const candidates = ports.codes.candidates(seed);
  const names = candidates.map(({ redemptionId }) => entryIds.redemption(redemptionId));
  return changeAccount<Redemption | Refusal | 'known'>(ports.database, ports.now, {
    driverId: wish.driverId,
    entryIds: names,
    plan: async (loaded, now) => {
      if (names.some(name => loaded.entries.has(name))) return { kind: 'nothing', result: 'known' };
      const terms = await readTerms(ports.database, wish.rewardId);
      if (!terms) return { kind: 'nothing', result: { refusal: 'not-found' } };
      return planReservation(ports, loaded, terms, { seed, candidate: candidates[0], now });
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
