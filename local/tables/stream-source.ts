import { region } from '../template/intrinsics.ts';
import { streamArn } from '../template/names.ts';

/** A stream record in the form in which Lambda passes it to a function. */
export interface StreamRecord {
  eventID: string;
  eventName: string;
  eventVersion: string;
  eventSource: string;
  awsRegion: string;
  eventSourceARN: string;
  dynamodb: {
    ApproximateCreationDateTime: number;
    Keys: unknown;
    NewImage?: unknown;
    OldImage?: unknown;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: string;
  };
}

/** A consumer's position in a table's stream: the sequence number of the last record it has processed. */
export type StreamPosition = string;

/** The streams of all tables. Records come in commit order. */
export interface StreamSource {
  /** The next records after the position; empty at the end of the stream. */
  read(table: string, after: StreamPosition, limit: number): Promise<StreamRecord[]>;
  /** The position of the newest record. */
  end(table: string): Promise<StreamPosition>;
  /** Deletes records up to `consumed`, the position that all consumers have reached. */
  trim(table: string, consumed: StreamPosition): void;
  /** Calls the listener soon after a table may have changed. */
  onChange(listener: () => void): void;
  close(): void;
}

/** A sequence number, padded to a fixed length so that numbers compare as text in the right order. */
export function sequenceText(value: number | bigint): string {
  return String(value).padStart(21, '0');
}

/** The position before the first record. */
export const streamStart: StreamPosition = sequenceText(0);

/** The fields that all records of a table's stream share. */
export function commonRecordFields(table: string) {
  return {
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    eventSourceARN: streamArn(table),
  };
}
