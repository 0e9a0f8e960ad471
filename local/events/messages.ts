import { createHash } from 'node:crypto';
import { accountId, region } from '../template/intrinsics.ts';

export interface MessageAttribute {
  DataType: string;
  StringValue?: string | undefined;
  BinaryValue?: string | undefined;
}

export interface NewMessage {
  body: string;
  attributes?: Record<string, MessageAttribute>;
  /** Overrides the queue's delay. */
  delayMs?: number | undefined;
}

/** A message that a consumer has received and not yet settled. */
export interface ReceivedMessage {
  id: number;
  messageId: string;
  /** `<id>-<receive count>` */
  receipt: string;
  body: string;
  attributes: Record<string, MessageAttribute>;
  /** By the platform's clock, like `firstReceivedAt`. */
  sentAt: number;
  firstReceivedAt: number;
  receiveCount: number;
}

/** A row of the table `messages`: see state.ts. */
export interface MessageRow {
  id: number;
  message_id: string;
  body: string;
  attributes: string;
  sent_at: number;
  first_received_at: number | null;
  received: number;
  source_queue: string | null;
}

export function receivedMessage(
  row: MessageRow,
  receiveCount: number,
  firstReceivedAt: number,
): ReceivedMessage {
  return {
    id: row.id,
    messageId: row.message_id,
    receipt: `${row.id}-${receiveCount}`,
    body: row.body,
    attributes: JSON.parse(row.attributes),
    sentAt: row.sent_at,
    firstReceivedAt,
    receiveCount,
  };
}

/** A message in the form in which Lambda passes it to a function. */
export function lambdaRecord(queueArn: string, message: ReceivedMessage): object {
  const attributes = Object.entries(message.attributes).map(
    ([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { dataType: DataType, stringValue: StringValue, binaryValue: BinaryValue },
    ],
  );
  return {
    messageId: message.messageId,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAt),
      SenderId: accountId,
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    },
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: createHash('md5').update(message.body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}
