import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { required } from './environment.ts';
import { serviceConfig } from './services.ts';

const client = new SQSClient(serviceConfig);

/** Where an event can wait after it was accepted: the queue, and the dead letters before and behind it. */
const queueVariables = ['AWARD_QUEUE_URL', 'AWARD_DEAD_LETTERS_URL', 'RECEIVED_DEAD_LETTERS_URL'] as const;
const waiting = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

/** How many messages with accepted events have not been worked off, those in work and the dead ones included. */
export async function eventsPending(): Promise<number> {
  const counts = await Promise.all(queueVariables.map(variable => messagesIn(required(variable))));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function messagesIn(QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...waiting] }),
  );
  return waiting.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}
