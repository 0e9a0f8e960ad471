/** A record as Lambda hands it to a function. */
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

/** Where in a table's stream a consumer is: it has worked off everything up to this sequence number. */
export type StreamPosition = string;

/** The change records of the tables, in the order in which they were committed. */
export interface StreamSource {
  /** The next records after the position; empty at the end. */
  read(table: string, after: StreamPosition, limit: number): Promise<StreamRecord[]>;
  /** The position of the newest record. */
  end(table: string): Promise<StreamPosition>;
  /** Forgets what every consumer has worked off. */
  trim(table: string, consumed: StreamPosition): void;
  /** Calls back soon after a table may have changed. */
  onChange(listener: () => void): void;
  close(): void;
}

/** Numbers of one length, so that they also compare as text, as those of AWS do. */
export function sequenceText(value: number | bigint): string {
  return String(value).padStart(21, '0');
}

export const streamStart: StreamPosition = sequenceText(0);
