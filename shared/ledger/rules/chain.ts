import { canonical, type Json, type Sha256 } from '../../kernel/canonical.ts';
import { type Instant, toLocalIso } from '../../kernel/time.ts';
import { type Account, evolve } from './account.ts';
import type { Draft, Entry } from './entry.ts';

/** An entry as the API shows it. The hash covers these fields, so that anyone can verify the chain from the API alone. */
export type EntryView = { readonly [name: string]: Json | undefined };

export interface Appended {
  readonly account: Account;
  readonly entries: Entry[];
}

/** Appends drafts to the driver's chain: each gets its sequence number, balance and hash. */
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

/** The `prevHash` of a driver's first entry. It binds the chain to the driver. */
export function chainStart(driverId: string, sha256: Sha256): string {
  return sha256(driverId);
}

/** SHA-256 over the canonical text of the entry's view, including `prevHash` and excluding `hash`. */
export function hashOf(view: EntryView, sha256: Sha256): string {
  const { hash: _, ...covered } = view;
  return sha256(canonical(covered));
}

/** The fields of an entry that drivers see. */
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
