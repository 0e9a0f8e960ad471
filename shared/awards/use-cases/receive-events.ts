import { type ProblemCode, problem } from '../../kernel/problems.ts';
import { type Instant, instantOf, minuteMs, toLocalIso } from '../../kernel/time.ts';
import { type FieldError, fieldErrors } from '../../kernel/validation.ts';
import { type EventResult, VolunteerEventBody } from '../contract/events.ts';

/** Clocks of platforms may run ahead of ours by this much. */
const clockSkewMaxMs = 5 * minuteMs;

export type Checked =
  | { readonly index: number; readonly body: VolunteerEventBody }
  | { readonly index: number; readonly result: EventResult };

/** Each event by itself: what is valid, and what is wrong with the rest. */
export function checkEvents(events: readonly unknown[], now: Instant, requestId: string): Checked[] {
  return events.map((event, index) => {
    const rejected = (code: ProblemCode, errors: readonly FieldError[]): Checked => ({
      index,
      result: { ...nameOf(event), index, status: 'rejected', problem: problem(code, requestId, { errors }) },
    });
    const parsed = VolunteerEventBody.safeParse(event);
    if (!parsed.success) return rejected('invalid', fieldErrors(parsed.error));
    const latest = now + clockSkewMaxMs;
    if (instantOf(parsed.data.occurredAt) > latest) {
      const detail = `lies after ${toLocalIso(latest)}, the latest that is taken now`;
      return rejected('occurred-in-future', [{ pointer: '/occurredAt', detail }]);
    }
    return { index, body: parsed.data };
  });
}

/** The id of what was rejected, where it has one that can be told back. */
function nameOf(event: unknown): { eventId?: string } {
  const eventId = VolunteerEventBody.shape.eventId.safeParse(
    (event as { eventId?: unknown } | null)?.eventId,
  );
  return eventId.success ? { eventId: eventId.data } : {};
}

/** Cuts a list into groups that are each no larger than a size, or of one member. */
export function groupBySize<T>(members: readonly T[], sizeOf: (member: T) => number, sizeMax: number): T[][] {
  const groups: T[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const member of members) {
    const own = sizeOf(member);
    if (size + own > sizeMax) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(member);
    size += own;
  }
  return groups;
}
