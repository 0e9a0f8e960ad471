import { canonical, type Json, type Sha256 } from '../../kernel/canonical.ts';
import { type Instant, toLocalIso } from '../../kernel/time.ts';
import { type Account, evolve } from './account.ts';
import type { Draft, Entry } from './entry.ts';

/** What a driver and anybody who checks the chain sees of an entry: the fields of the API, and what a hash covers. */
export type EntryView = { readonly [name: string]: Json | undefined };

export interface Appended {
  readonly account: Account;
  readonly entries: Entry[];
}

/** Gives the drafts their places in the driver's chain: number, balance, hash. */
export function append(account: Account, drafts: readonly Draft[], now: Instant, sha256: Sha256): Appended {
  const recordedAt = toLocalIso(now);
  return drafts.reduce<Appended>(
    ({ account: before, entries }, draft) => {
      const entry = linked(before, draft, recordedAt, sha256);
      return { account: evolve(before, entry), entries: [...entries, entry] };
    },
    { account, entries: [] },
  );
}

/** What the first entry of a driver has for a hash before it: a chain belongs to one driver from its start. */
export function chainStart(driverId: string, sha256: Sha256): string {
  return sha256(driverId);
}

/** SHA-256 over the canonical text of the entry as the API shows it, `prevHash` in it and `hash` left out. */
export function hashOf(view: EntryView, sha256: Sha256): string {
  const { hash: _, ...covered } = view;
  return sha256(canonical(covered));
}

/** An entry as drivers see it. */
export function entryView(entry: Entry) {
  return {
    entryId: entry.entryId,
    seq: entry.seq,
    kind: entry.kind,
    points: entry.points,
    balance: entry.balance,
    ...('rankingMonth' in entry ? { minutes: entry.minutes } : {}),
    occurredAt: entry.occurredAt,
    recordedAt: entry.recordedAt,
    ...(entry.reason === null ? {} : { reason: entry.reason }),
    ...('eventId' in entry
      ? { platformId: entry.platformId, eventId: entry.eventId, activity: entry.activity }
      : {}),
    ...('redemptionId' in entry ? { redemptionId: entry.redemptionId } : {}),
    ...('rulebookVersion' in entry ? { rulebookVersion: entry.rulebookVersion } : {}),
    ...('rankingMonth' in entry ? { rankingMonth: entry.rankingMonth } : {}),
    prevHash: entry.prevHash,
    hash: entry.hash,
  };
}

function linked(account: Account, draft: Draft, recordedAt: string, sha256: Sha256): Entry {
  const unhashed: Entry = {
    ...draft,
    driverId: account.driverId,
    seq: account.seq + 1,
    balance: account.balance + draft.points,
    recordedAt,
    prevHash: account.head,
    hash: '',
  };
  return { ...unhashed, hash: hashOf(entryView(unhashed), sha256) };
}
