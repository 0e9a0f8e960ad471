import { type AuditedChange, type Auditor, audited } from '../../audit/store/audit.ts';
import type { Database } from '../../dynamo/client.ts';
import { canonical, type Json } from '../../kernel/canonical.ts';
import { sha256 } from '../../kernel/digest.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { type Instant, instantOf } from '../../kernel/time.ts';
import { type Rulebook, rulebookViolations, type Violation } from '../rules/rulebook.ts';
import { readRulebook, storeRulebook } from '../store/rulebooks.ts';

export type RulebookOutcome =
  | { readonly stored: boolean; readonly rulebook: Rulebook }
  | { readonly violations: readonly Violation[] }
  | Refusal<'rulebook-exists'>;

/**
 * Stores a new rulebook. A repeat changes nothing; other content under a stored version is refused.
 *
 * @param auditor the organizer to name in the audit record
 */
export async function storeNewRulebook(
  database: Database,
  rulebook: Rulebook,
  now: Instant,
  auditor?: Auditor,
): Promise<RulebookOutcome> {
  const known = await readRulebook(database, rulebook.version);
  if (known) return sameOrRefused(known, rulebook);
  const previous = rulebook.version > 1 ? await readRulebook(database, rulebook.version - 1) : undefined;
  const violations = rulebookViolations(previous, rulebook, now);
  if (violations.length > 0) return { violations };
  const extraWrites = auditor ? [audited(database, auditor, storingChange(rulebook))] : [];
  if (await storeRulebook(database, rulebook, extraWrites)) return { stored: true, rulebook };
  const other = await readRulebook(database, rulebook.version);
  if (!other) throw new Error(`rulebook ${rulebook.version} is stored and cannot be read`);
  return sameOrRefused(other, rulebook);
}

/** A stored rulebook never changes, so the audit record needs only its digest. */
function storingChange(rulebook: Rulebook): AuditedChange {
  const { version, effectiveFrom, monthlyCap } = rulebook;
  return {
    action: 'rulebook.store',
    subject: String(version),
    before: null,
    after: { effectiveFrom, monthlyCap, sha256: sha256(meaning(rulebook)) },
  };
}

function sameOrRefused(known: Rulebook, sent: Rulebook): RulebookOutcome {
  return meaning(known) === meaning(sent)
    ? { stored: false, rulebook: known }
    : { refusal: 'rulebook-exists', version: known.version };
}

/** The content with its times as instants: the same rules written with another offset are the same rules. */
function meaning(rulebook: Rulebook): string {
  return canonical({
    ...rulebook,
    effectiveFrom: instantOf(rulebook.effectiveFrom),
    campaigns: rulebook.campaigns.map(one => ({ ...one, from: instantOf(one.from), to: instantOf(one.to) })),
  } as unknown as Json);
}
