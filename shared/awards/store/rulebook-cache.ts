import type { Database } from '../../dynamo/client.ts';
import type { Instant } from '../../kernel/time.ts';
import { type Rulebook, rulebookLeadMs } from '../rules/rulebook.ts';
import { allRulebooks } from './rulebooks.ts';

/** Rulebooks that are surely complete for an event at this instant. */
export type RulebooksFor = (occurred: Instant) => Promise<readonly Rulebook[]>;

/** Between two looks the two clocks may drift apart by this much before the wall clock counts as set anew. */
const clockStepMs = 1000;

/** A rulebook is measured by the clock at the start of its request, and by that of another machine. */
const storingMsMax = 60_000;

/**
 * A rulebook takes force ten minutes after it was stored at the earliest, so what was read at an instant is complete
 * for every event up to ten minutes after that, less what storing one takes: no decision hangs on the age of the cache. That stands on a clock
 * that is not set back, so a wall clock that moves otherwise than the monotonic one empties it.
 */
export function rulebookCache(
  database: Database,
  now: () => Instant,
  monotonicMs: () => number,
): RulebooksFor {
  let cached: { rulebooks: readonly Rulebook[]; readAt: Instant; monotonicAtRead: number } | undefined;
  return async occurred => {
    if (cached) {
      const steppedMs = Math.abs(now() - cached.readAt - (monotonicMs() - cached.monotonicAtRead));
      if (steppedMs < clockStepMs && occurred < cached.readAt + rulebookLeadMs - storingMsMax)
        return cached.rulebooks;
    }
    const readAt = now();
    const monotonicAtRead = monotonicMs();
    const rulebooks = await allRulebooks(database);
    cached = { rulebooks, readAt, monotonicAtRead };
    return rulebooks;
  };
}
