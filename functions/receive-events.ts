import {
  type EventResult,
  postVolunteerEvents,
  type VolunteerEventBody,
} from '../shared/awards/contract/events.ts';
import { type VolunteerEventsReceived, volunteerEventsReceived } from '../shared/awards/contract/intake.ts';
import { type Checked, checkEvents, groupBySize } from '../shared/awards/use-cases/receive-events.ts';
import { busSources } from '../shared/kernel/bus.ts';
import { problem } from '../shared/kernel/problems.ts';
import type { Refusal } from '../shared/kernel/refusal.ts';
import { toLocalIso } from '../shared/kernel/time.ts';
import { bytesOf, putEvents, requestBytesMax } from '../shared/runtime/bus.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { count } from '../shared/runtime/observe.ts';

export const handler = serve(
  on(postVolunteerEvents, async ({ caller, body, now, requestId }) => {
    const checked = checkEvents(body.events, now, requestId);
    const results: EventResult[] = checked.filter(isRejected).map(one => one.result);
    if (results.length === checked.length) return allInvalid(results);

    const accepted = await handOver(
      { platformId: caller.id, receivedAt: toLocalIso(now), requestId },
      checked.flatMap(one => ('body' in one ? [one] : [])),
    );
    results.push(...accepted);
    if (!accepted.some(({ status }) => status === 'accepted')) return { refusal: 'try-again', results };
    count('EventsAccepted', accepted.filter(({ status }) => status === 'accepted').length);
    count('EventsRejected', results.filter(({ status }) => status === 'rejected').length);
    return reply(202, { results: results.sort((a, b) => a.index - b.index) });
  }),
);

function isRejected(one: Checked): one is Extract<Checked, { result: EventResult }> {
  return 'result' in one;
}

/** `accepted` is said only of what the bus has accepted. */
async function handOver(
  stamps: { platformId: string; receivedAt: string; requestId: string },
  events: readonly { index: number; body: VolunteerEventBody }[],
): Promise<EventResult[]> {
  const groups = groupBySize(events, ({ body }) => bytesOf(body), requestBytesMax / 2);
  const taken = await putEvents(
    groups.map(group => ({
      source: busSources.intake,
      detailType: volunteerEventsReceived,
      detail: {
        ...stamps,
        events: group.map(({ body }) => body),
      } satisfies VolunteerEventsReceived,
    })),
  );
  return groups.flatMap((group, number) =>
    group.map(
      ({ index, body: { eventId } }): EventResult =>
        taken[number]
          ? { index, eventId, status: 'accepted' }
          : {
              index,
              eventId,
              status: 'rejected',
              problem: problem('try-again', stamps.requestId, { detail: 'not taken: send it again' }),
            },
    ),
  );
}

function allInvalid(results: readonly EventResult[]): Refusal<'invalid'> {
  const errors = results.flatMap(result => {
    if (result.status === 'accepted') return [];
    const inner = result.problem.errors as { pointer: string; detail: string }[] | undefined;
    const place = `/events/${result.index}`;
    return (inner ?? [{ pointer: '', detail: result.problem.detail }]).map(({ pointer, detail }) => ({
      pointer: place + pointer,
      detail,
    }));
  });
  return { refusal: 'invalid', detail: 'none of the events is valid', errors, results };
}
