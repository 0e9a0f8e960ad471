import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Alarm } from './alarm.ts';

/** Queues keep what they hold as long as SQS can: long enough to find a fault, mend it and send everything again. */
export const queueRetention = Duration.days(14);

const receivesMax = 5;

/** Work is done within seconds: what waits for minutes waits for something that is broken. */
const waitMaxSeconds = 300;

export interface WorkQueueProps {
  readonly visibilityTimeout: Duration;
  /** What people notice when its work is not done. */
  readonly impact: string;
}

/** A queue with its dead letters: what fails again and again lies there, and is never dropped. */
export class WorkQueue extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, { visibilityTimeout, impact }: WorkQueueProps) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'dead-letters', impact);
    this.queue = new sqs.Queue(this, 'queue', {
      visibilityTimeout,
      retentionPeriod: queueRetention,
      enforceSSL: true,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: receivesMax },
    });
    new Alarm(this, 'waits', {
      impact,
      runbook: 'events-wait',
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1) }),
      when: { above: waitMaxSeconds },
      periods: 3,
    });
  }
}

/**
 * Where that ends up which could not be done, with the alarm that there is some.
 *
 * @param impact what people notice while it lies there
 */
export function deadLetterQueue(scope: Construct, id: string, impact: string): sqs.Queue {
  const queue = new sqs.Queue(scope, id, {
    retentionPeriod: queueRetention,
    enforceSSL: true,
    encryption: sqs.QueueEncryption.SQS_MANAGED,
  });
  new Alarm(queue, 'not-empty', {
    impact,
    runbook: 'dead-letters',
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
    when: { above: 0 },
  });
  return queue;
}
