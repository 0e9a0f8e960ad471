import type * as z from 'zod';
import { attestationsOf } from '../../awards/store/attestations.ts';
import { evidenceOf } from '../../awards/store/evidence.ts';
import type { Database } from '../../dynamo/client.ts';
import { CursorKey } from '../../kernel/primitives.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { readAccount } from '../../ledger/store/accounts.ts';
import { entriesOf } from '../../ledger/store/entries.ts';
import {
  EntryPosition,
  ExportPosition,
  type HeldRecord,
  RedemptionPosition,
} from '../../people/contract/privacy.ts';
import { callersFor } from '../../people/store/callers.ts';
import { readProfile } from '../../people/store/profiles.ts';
import type { Redemption } from '../../redemptions/rules/redemption.ts';
import { redemptionsOf } from '../../redemptions/store/driver-redemptions.ts';

interface Part {
  readonly items: HeldRecord[];
  /** Where this section goes on; null at its end. */
  readonly next: unknown;
}

type Section = (database: Database, driverId: string, limit: number, after: unknown) => Promise<Part>;

/** Every kind of thing that is held on a driver, in the order in which it is given. */
const sections: readonly Section[] = [
  profilePart,
  accountPart,
  paged('entry', EntryPosition, async (...page) => {
    const { entries, nextBelowSeq } = await entriesOf(...page);
    return { found: entries, next: nextBelowSeq };
  }),
  paged('evidence', CursorKey, async (...page) => {
    const { evidence, next } = await evidenceOf(...page);
    return { found: evidence.map(({ proofId: _, ...data }) => data), next };
  }),
  paged('attestation', CursorKey, async (...page) => {
    const { attestations, next } = await attestationsOf(...page);
    return { found: attestations, next };
  }),
  paged('redemption', RedemptionPosition, async (...page) => {
    const { redemptions, next } = await redemptionsOf(...page);
    return { found: redemptions.map(withoutCode), next };
  }),
  // Whoever was registered a moment ago may be missing: the index by driver follows the table.
  paged('caller', CursorKey, async (...page) => {
    const { callers, next } = await callersFor(...page);
    return { found: callers, next };
  }),
];

/** A page of all that is held on a driver; each page is of one section. */
export async function exportDriver(
  database: Database,
  driverId: string,
  limit: number,
  from: ExportPosition = { section: 0, after: null },
): Promise<{ items: HeldRecord[]; next: ExportPosition | null } | Refusal<'not-found'>> {
  let { section, after }: { section: number; after: unknown } = from;
  for (let read = sections[section]; read; read = sections[section]) {
    const { items, next } = await read(database, driverId, limit, after);
    const position = next === null ? { section: section + 1, after: null } : { section, after: next };
    const isLast = position.section === sections.length;
    if (items.length > 0) return { items, next: isLast ? null : ExportPosition.parse(position) };
    ({ section, after } = position);
  }
  // Whoever has entries has an account; whoever has anything else was enrolled with it, or registered to call.
  return from.section === 0 ? { refusal: 'not-found' } : { items: [], next: null };
}

async function profilePart(database: Database, driverId: string): Promise<Part> {
  const profile = await readProfile(database, driverId);
  return { items: profile ? [{ kind: 'profile', data: { ...profile } }] : [], next: null };
}

async function accountPart(database: Database, driverId: string): Promise<Part> {
  const { account } = await readAccount(database, driverId);
  return { items: account.seq > 0 ? [{ kind: 'account', data: { ...account } }] : [], next: null };
}

/** What is read page by page, each from where the one before it has ended. */
function paged<Position>(
  kind: HeldRecord['kind'],
  position: z.ZodType<Position>,
  read: (
    database: Database,
    driverId: string,
    limit: number,
    from: Position | undefined,
  ) => Promise<{ found: readonly object[]; next: unknown }>,
): Section {
  return async (database, driverId, limit, after) => {
    const from = position.nullable().parse(after) ?? undefined;
    const { found, next } = await read(database, driverId, limit, from);
    return { items: found.map(data => ({ kind, data: { ...data } })), next };
  };
}

/** What a code is made from is nobody's personal data, and would let whoever reads the export redeem it. */
function withoutCode({ seed: _, codeKey: __, outlets: ___, ...data }: Redemption) {
  return data;
}
