import { type Instant, instantOf, minuteMs, monthOf, startOfMonth } from '../../kernel/time.ts';

/** What one kind of volunteer service is worth. Points are whole; `dailyCap` is absent where a day has none. */
export interface Activity {
  readonly code: string;
  readonly name: string;
  readonly unit: 'hour' | 'event';
  readonly points: number;
  readonly dailyCap?: number | undefined;
  /** Earns nothing until somebody has attested it. */
  readonly attested?: boolean | undefined;
}

/** Multiplies what the named activities earn in [`from`, `to`). */
export interface Campaign {
  readonly id: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly multiplierPercent: number;
  readonly activities: readonly string[];
}

/** Immutable once stored: a change of rules is a new version with a later `effectiveFrom`. */
export interface Rulebook {
  readonly version: number;
  readonly effectiveFrom: string;
  readonly monthlyCap: number;
  readonly activities: readonly Activity[];
  readonly campaigns: readonly Campaign[];
}

/** The rulebook with the latest `effectiveFrom` not after the instant. */
export function rulebookInForce(rulebooks: readonly Rulebook[], at: Instant): Rulebook | undefined {
  return rulebooks
    .filter(rulebook => instantOf(rulebook.effectiveFrom) <= at)
    .reduce<Rulebook | undefined>(
      (latest, rulebook) =>
        latest && instantOf(latest.effectiveFrom) >= instantOf(rulebook.effectiveFrom) ? latest : rulebook,
      undefined,
    );
}

/** The campaign with the highest multiplier for this activity at this instant; the one listed first, of equals. */
export function bestCampaign(rulebook: Rulebook, activity: string, at: Instant): Campaign | undefined {
  return rulebook.campaigns
    .filter(campaign => campaign.activities.includes(activity))
    .filter(campaign => instantOf(campaign.from) <= at && at < instantOf(campaign.to))
    .reduce<Campaign | undefined>(
      (best, campaign) => (best && best.multiplierPercent >= campaign.multiplierPercent ? best : campaign),
      undefined,
    );
}

/** A new rulebook takes force this long after it is stored, at the earliest: until then every cache has expired. */
export const rulebookLeadMs = 10 * minuteMs;

export interface Violation {
  /** JSON pointer into the body. */
  readonly pointer: string;
  readonly detail: string;
}

/** What keeps a new rulebook from being stored after the one before it. */
export function rulebookViolations(
  previous: Rulebook | undefined,
  next: Rulebook,
  now: Instant,
): readonly Violation[] {
  const from = instantOf(next.effectiveFrom);
  const violations: Violation[] = [];
  if (next.version !== (previous?.version ?? 0) + 1) {
    violations.push({ pointer: '/version', detail: `version ${next.version - 1} is not stored yet` });
  }
  if (from < now + rulebookLeadMs) {
    violations.push({ pointer: '/effectiveFrom', detail: 'must lie at least ten minutes ahead' });
  }
  if (previous && from <= instantOf(previous.effectiveFrom)) {
    violations.push({ pointer: '/effectiveFrom', detail: `must lie after ${previous.effectiveFrom}` });
  }
  if (previous && next.monthlyCap !== previous.monthlyCap && from !== startOfMonth(monthOf(from))) {
    violations.push({ pointer: '/monthlyCap', detail: 'may differ only from the first instant of a month' });
  }
  return violations;
}
