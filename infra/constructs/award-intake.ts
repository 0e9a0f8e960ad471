import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { volunteerEventsReceived } from '../../shared/awards/contract/intake.ts';
import { busSources } from '../../shared/kernel/bus.ts';
import type { FunctionSpec } from '../functions/spec.ts';
import { deadLetterQueue, WorkQueue } from './work-queue.ts';

/** The three places where an accepted event can wait. */
export interface AwardIntake {
  /** The award queue with its dead letters. */
  readonly work: WorkQueue;
  /** Events that the rule could not deliver to the award queue. */
  readonly undelivered: sqs.Queue;
}

/** Routes volunteer events from the bus to the award queue, on which `award-points` works. */
export function addAwardIntake(
  scope: Construct,
  bus: events.IEventBus,
  { timeoutSeconds, ifItFails: impact }: Pick<FunctionSpec, 'timeoutSeconds' | 'ifItFails'>,
): AwardIntake {
  // AWS recommends a visibility timeout of six times the function's timeout.
  const visibilityTimeout = Duration.seconds(timeoutSeconds * 6);
  const work = new WorkQueue(scope, 'awards', { visibilityTimeout, impact });
  const undelivered = deadLetterQueue(scope, 'events-received-dead-letters', impact);
  new events.Rule(scope, 'events-received', {
    eventBus: bus,
    eventPattern: { source: [busSources.intake], detailType: [volunteerEventsReceived] },
    targets: [
      new targets.SqsQueue(work.queue, {
        deadLetterQueue: undelivered,
        retryAttempts: 185,
        maxEventAge: Duration.hours(24),
      }),
    ],
  });
  return { work, undelivered };
}
