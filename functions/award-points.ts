import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { volunteerEventsReceived } from '../shared/awards/contract/intake.ts';
import type { AwardOutcome } from '../shared/awards/rules/award-batch.ts';
import { awardDeliveries, type DeliveryResult } from '../shared/awards/use-cases/award-deliveries.ts';
import { type Delivery, readDeliveries } from '../shared/awards/use-cases/deliveries.ts';
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

/** Below this much remaining time, an invocation starts no further transaction. */
const reserveMs = 10_000;

/**
 * Awards every event of every message. A failed event goes back to the queue in a message of its own, so that it can
 * only fail alone. A message with a single event, or one that cannot be read, is returned to the queue as it is.
 */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(observed())
  .handler(async ({ Records }, { getRemainingTimeInMillis }) => {
    const { deliveries, unreadable } = readDeliveries(Records);
    const hasTime = () => getRemainingTimeInMillis() > reserveMs;
    const results = await awardDeliveries({ ...ports, hasTime }, deliveries);

    for (const { messageId, why } of unreadable) log.error('message cannot be read', { messageId, why });
    for (const result of results) report(result);
    const failed = new Set(results.flatMap(result => ('error' in result ? [result.delivery] : [])));
    reportRequests(deliveries, failed);
    const returned = await sendOnOrReturn(Records.length, deliveries, failed);
    return {
      batchItemFailures: [...unreadable, ...returned].map(({ messageId: itemIdentifier }) => ({
        itemIdentifier,
      })),
    };
  });

function report(result: DeliveryResult): void {
  if ('error' in result) {
    log.error('award failed', failure(result.error, result.delivery));
    return;
  }
  const { delivery, outcome, groupError } = result;
  if (groupError) log.warn('awarded alone after its group failed', failure(groupError, delivery));
  countOutcome(outcome);
}

function failure(error: unknown, { platformId, requestId, event }: Delivery) {
  return { driverId: event?.driverId, platformId, eventId: event?.eventId, requestId, error: error as Error };
}

/** Logs one line for each API request: how many of its events came in this batch, and how many will be retried. */
function reportRequests(deliveries: readonly Delivery[], failed: ReadonlySet<Delivery>): void {
  const byRequest = Map.groupBy(deliveries, ({ requestId }) => requestId);
  for (const [requestId, received] of byRequest) {
    const { platformId, receivedAt } = received[0] ?? {};
    const failures = received.filter(delivery => failed.has(delivery)).length;
    log.info('events processed', {
      requestId,
      platformId,
      receivedAt,
      events: received.length,
      failed: failures,
    });
  }
}

/**
 * Sends the failed events of a message on, each in a message of its own, so that the rest of the message is done. A
 * message of one event, or one whose events cannot be sent on, is returned to the queue.
 */
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
 * Sends concurrently, so that a thousand events that fail together are sent in the time that is left. Returns false
 * if any was not sent: then the whole message is returned, and repeated events are harmless.
 */
async function sendOn(failing: readonly Delivery[]): Promise<boolean> {
  const sent = await Promise.allSettled(failing.map(send));
  const rejected = sent.find(result => result.status === 'rejected');
  if (rejected) log.error('failed events could not be sent on', { error: rejected.reason });
  return rejected === undefined;
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
