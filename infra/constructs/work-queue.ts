import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Alarm } from './alarm.ts';

/** The most that SQS allows: long enough to find a bug, deploy the fix and redrive the messages. */
export const queueRetention = Duration.days(14);

const receivesMax = 5;

/** Messages are processed within seconds. One that waits for minutes means that something is broken. */
const waitMaxSeconds = 300;

export interface WorkQueueProps {
  readonly visibilityTimeout: Duration;
  /** What people notice when the messages are not processed. */
  readonly impact: string;
}

/** A queue with a dead-letter queue, to which SQS moves a message after five failed deliveries. */
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
 * A dead-letter queue with an alarm on its first message.
 *
 * @param impact what people notice while a message is in it
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
