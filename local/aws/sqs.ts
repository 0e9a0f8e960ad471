import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { NewMessage } from '../events/messages.ts';
import type { Queues } from '../events/queues.ts';
import { lastSegment } from '../template/names.ts';
import { AwsError } from './aws-error.ts';

/** SQS's limit for a message, and for all messages of a batch together: 1 MiB. */
const bytesMax = 1024 * 1024;

const attributes = z
  .record(
    z.string(),
    z.object({
      DataType: z.string(),
      StringValue: z.string().optional(),
      BinaryValue: z.string().optional(),
    }),
  )
  .optional();
const message = z.object({
  MessageBody: z.string().min(1),
  DelaySeconds: z.number().min(0).max(900).optional(),
  MessageAttributes: attributes,
});
const sendMessage = message.extend({ QueueUrl: z.string() });
const sendMessageBatch = z.object({
  QueueUrl: z.string(),
  Entries: z
    .array(message.extend({ Id: z.string() }))
    .min(1)
    .max(10),
});
const getAttributes = z.object({
  QueueUrl: z.string(),
  AttributeNames: z.array(z.string()).default(['All']),
});

/** SendMessage, SendMessageBatch and GetQueueAttributes. */
export function createSqs(queues: Queues, transaction: <T>(work: () => T) => T) {
  const queueOf = (url: string): string => {
    const name = lastSegment(url);
    if (queues.has(name)) return name;
    throw new AwsError('com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.');
  };
  return {
    SendMessage(input: unknown): object {
      const request = parse(sendMessage, input);
      const queue = queueOf(request.QueueUrl);
      if (Buffer.byteLength(request.MessageBody) > bytesMax) throw tooLong();
      return sent(queues.send(queue, newMessage(request)), request.MessageBody);
    },
    SendMessageBatch(input: unknown): object {
      const { QueueUrl, Entries } = parse(sendMessageBatch, input);
      const queue = queueOf(QueueUrl);
      if (new Set(Entries.map(({ Id }) => Id)).size < Entries.length) {
        throw new AwsError('com.amazonaws.sqs#BatchEntryIdsNotDistinct', 'Two entries have the same id.');
      }
      if (Entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0) > bytesMax) {
        throw new AwsError(
          'com.amazonaws.sqs#BatchRequestTooLong',
          'The messages of the batch together exceed the limit.',
        );
      }
      const ids = transaction(() => Entries.map(entry => queues.send(queue, newMessage(entry))));
      const Successful = Entries.map(({ Id, MessageBody }, index) => ({
        Id,
        ...sent(ids[index] ?? '', MessageBody),
      }));
      return { Successful, Failed: [] };
    },
    GetQueueAttributes(input: unknown): object {
      const { QueueUrl, AttributeNames } = parse(getAttributes, input);
      const queue = queueOf(QueueUrl);
      const visible = queues.visibleCount(queue);
      const all: Record<string, string> = {
        ApproximateNumberOfMessages: String(visible),
        // Includes delayed messages: like in-flight ones, they become visible later.
        ApproximateNumberOfMessagesNotVisible: String(queues.count(queue) - visible),
        ApproximateNumberOfMessagesDelayed: '0',
        QueueArn: queues.model(queue).arn,
        VisibilityTimeout: String(queues.model(queue).visibilityMs / 1000),
      };
      const requested = Object.entries(all).filter(
        ([name]) => AttributeNames.includes('All') || AttributeNames.includes(name),
      );
      return { Attributes: Object.fromEntries(requested) };
    },
  };
}

function parse<T>(shape: z.ZodType<T>, input: unknown): T {
  const parsed = shape.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AwsError('InvalidParameterValue', z.prettifyError(parsed.error));
}

function newMessage({ MessageBody, DelaySeconds, MessageAttributes }: z.infer<typeof message>): NewMessage {
  return {
    body: MessageBody,
    attributes: MessageAttributes ?? {},
    delayMs: DelaySeconds === undefined ? undefined : DelaySeconds * 1000,
  };
}

function sent(messageId: string, body: string): object {
  return { MessageId: messageId, MD5OfMessageBody: createHash('md5').update(body).digest('hex') };
}

function tooLong(): AwsError {
  return new AwsError(
    'InvalidParameterValue',
    'One or more parameters are invalid: the message is too long.',
  );
}
