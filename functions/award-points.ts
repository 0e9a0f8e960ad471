import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { volunteerEventsReceived } from '../shared/awards/contract/intake.ts';
import { type AwardOutcome, awardEvents } from '../shared/awards/use-cases/award-events.ts';
import { type Delivery, readDeliveries } from '../shared/awards/use-cases/deliveries.ts';
import { workThrough } from '../shared/awards/use-cases/work-through.ts';
import { busSources } from '../shared/kernel/bus.ts';
import { instantOf } from '../shared/kernel/time.ts';
import type { EventEntry } from '../shared/ledger/rules/entry.ts';
import { now } from '../shared/runtime/clock.ts';
import { required } from '../shared/runtime/environment.ts';
import { count, lasted, log, observed } from '../shared/runtime/observe.ts';
import { openRulebooks } from '../shared/runtime/rulebooks.ts';
import { serviceConfig } from '../shared/runtime/services.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();
const ports = { database, rulebooksFor: openRulebooks(database), now };
const queue = new SQSClient(serviceConfig);

/** What is left of an invocation when no further work is begun. */
const reserveMs = 10_000;

/**
 * Every event of every message is awarded or known; what failed goes on as a message of its own, so that it can fail
 * alone, and a message that cannot be told apart any further is given back to the queue.
 */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(observed())
  .handler(async ({ Records }, { getRemainingTimeInMillis }) => {
    const { deliveries, unreadable } = readDeliveries(Records);
    for (const { messageId, why } of unreadable) log.error('message cannot be read', { messageId, why });
    const failed = await workThrough(deliveries, {
      award: (driverId, events) => awardEvents(ports, driverId, events),
      hasTime: () => getRemainingTimeInMillis() > reserveMs,
      onOutcome: countOutcome,
      onFailure: (error, driverId, group) =>
        log.error('award failed', failure(error as Error, driverId, group)),
    });
    tellOfRequests(deliveries, failed);
    const returned = await sendOnOrReturn(Records.length, deliveries, failed);
    return {
      batchItemFailures: [...unreadable, ...returned].map(({ messageId: itemIdentifier }) => ({
        itemIdentifier,
      })),
    };
  });

/** One line a request, by the id that its caller was told: what came in, and what is left to be tried again. */
function tellOfRequests(deliveries: readonly Delivery[], failed: ReadonlySet<Delivery>): void {
  const byRequest = Map.groupBy(deliveries, ({ requestId }) => requestId);
  for (const [requestId, brought] of byRequest) {
    const { platformId, receivedAt } = brought[0] ?? {};
    const left = brought.filter(delivery => failed.has(delivery)).length;
    log.info('events worked on', { requestId, platformId, receivedAt, events: brought.length, failed: left });
  }
}

function failure(error: Error, driverId: string, group: readonly Delivery[]) {
  const events = group.map(({ platformId, requestId, event }) => ({
    platformId,
    eventId: event?.eventId,
    requestId,
  }));
  return { driverId, events, error };
}

/** Of a message of which only a part failed, that part goes on by itself; the rest of it is done. */
async function sendOnOrReturn(
  messages: number,
  deliveries: readonly Delivery[],
  failed: ReadonlySet<Delivery>,
): Promise<{ messageId: string }[]> {
  if (failed.size === 0) return [];
  log.warn('some events failed', { failed: failed.size, of: deliveries.length, messages });
  const returned: { messageId: string }[] = [];
  for (const messageId of new Set([...failed].map(delivery => delivery.messageId))) {
    const members = deliveries.filter(delivery => delivery.messageId === messageId);
    const failing = members.filter(delivery => failed.has(delivery));
    const sentOn = members.length > 1 && (await sendOn(failing));
    if (!sentOn) returned.push({ messageId });
  }
  return returned;
}

/**
 * Each by itself, and side by side: a thousand that fail together are sent within the time that is left. False where one
 * could not be sent: then the whole message comes again, which is harmless.
 */
async function sendOn(failing: readonly Delivery[]): Promise<boolean> {
  const sent = await Promise.allSettled(failing.map(send));
  const refused = sent.find(one => one.status === 'rejected');
  if (refused) log.error('failed events could not be sent on', { error: refused.reason });
  return refused === undefined;
}

async function send({ platformId, receivedAt, requestId, body }: Delivery): Promise<void> {
  const envelope = {
    source: busSources.intake,
    'detail-type': volunteerEventsReceived,
    detail: { platformId, receivedAt, requestId, events: [body] },
  };
  await queue.send(
    new SendMessageCommand({
      QueueUrl: required('AWARD_QUEUE_URL'),
      MessageBody: JSON.stringify(envelope),
    }),
  );
}

function countOutcome(outcome: AwardOutcome): void {
  if (outcome.what === 'recorded') countEntry(outcome.entry);
  else count(outcome.what === 'repeat' ? 'EventsRepeated' : 'EventsInConflict');
}

function countEntry(entry: EventEntry): void {
  lasted('AwardLag', instantOf(entry.recordedAt) - instantOf(entry.receivedAt));
  if (entry.kind === 'declined') {
    count('EventsDeclined');
    count(`EventsDeclined.${entry.reason}`);
  } else if (entry.kind === 'pending') {
    count('EventsPending');
  } else {
    count(entry.granted > 0 ? 'EventsAwarded' : 'EventsCapped');
  }
}
