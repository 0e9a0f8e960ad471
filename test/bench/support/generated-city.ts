import type { Item } from '../../../shared/dynamo/batch.ts';
import { sha256, shardOf } from '../../../shared/kernel/digest.ts';
import { newAccount, rankingMonthOf } from '../../../shared/ledger/rules/account.ts';
import { chainStart } from '../../../shared/ledger/rules/chain.ts';
import type { Entry } from '../../../shared/ledger/rules/entry.ts';
import { accountItem } from '../../../shared/ledger/store/accounts.ts';
import { event, happens } from '../../support/steps.ts';

/**
 * Generates a city with any number of drivers, deterministically and on demand, so that a million drivers take no memory.
 * All are copies of one driver who was computed by the rules (two events a day on twelve days of February and March). Only
 * id, head of the hash chain, score and minutes differ, and they always have the same number of digits, so that all items
 * of a kind have the same size.
 */
export const cityMonth = '2026-03';
export const cityShards = 16;

export interface Resident {
  readonly driverId: string;
  readonly score: number;
  readonly minutes: number;
  readonly head: string;
  readonly shard: string;
}

export function resident(index: number): Resident {
  const mixed = Math.imul(index + 1, 0x9e3779b1) >>> 0;
  const driverId = `d-${String(index).padStart(8, '0')}`;
  return {
    driverId,
    // Never ends in 0: DynamoDB does not store trailing zeros, and sizes would differ.
    score: 100 + 10 * (mixed % 60) + 1 + ((mixed >>> 5) % 9),
    minutes: 1000 + 10 * ((mixed >>> 7) % 600) + 1 + ((mixed >>> 3) % 9),
    head: `${hex(mixed)}${hex(index)}${'0'.repeat(48)}`,
    shard: String(shardOf(driverId, cityShards)).padStart(2, '0'),
  };
}

const hex = (word: number) => word.toString(16).padStart(8, '0');

const days = ['02', '03'].flatMap(month =>
  ['02', '07', '11', '16', '20', '25'].map(day => `2026-${month}-${day}`),
);
const template = days
  .flatMap(day => [
    event({ eventId: `5f1c9a0e-7d62-1${day}`, occurredAt: `${day}T08:00:00+08:00` }),
    event({ eventId: `5f1c9a0e-7d62-2${day}`, occurredAt: `${day}T18:00:00+08:00`, activity: 'report' }),
  ])
  .reduce(happens, { account: newAccount('d-1', chainStart('d-1', sha256)), entries: [] });

export function accountOf({ driverId, score, minutes, head }: Resident): Item {
  return {
    ...accountItem({ ...template.account, driverId, head }, '2026-01'),
    standings: { [cityMonth]: [score, minutes] },
  };
}

export function profileOf(index: number): Item {
  const number = index % 7;
  return {
    driverId: resident(index).driverId,
    displayName: '王建国',
    occupation: `occupation-${number}`,
    district: `district-${number}`,
    platformId: `platform-${number}`,
    publishConsent: true,
    registered: true,
    consentSaid: true,
    revision: 1,
  };
}

/** A driver's ledger entries. They add up to the standing, and the last hash is the account's head. */
export function historyOf({ driverId, score, minutes, head }: Resident): Entry[] {
  const entries = template.entries.map(entry => ({
    ...entry,
    driverId,
    entryId: `${entry.entryId}-${driverId}`,
  }));
  const final = entries.pop();
  if (!final) throw new Error('The template driver has no entries.');
  const sum = (of: 'points' | 'minutes') =>
    entries.reduce((total, entry) => total + (rankingMonthOf(entry) === cityMonth ? entry[of] : 0), 0);
  const points = score - sum('points');
  return [
    ...entries,
    { ...final, points, minutes: minutes - sum('minutes'), lots: { [cityMonth]: points }, hash: head },
  ];
}
