import {
  type _Record,
  type AttributeValue,
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type Shard,
} from '@aws-sdk/client-dynamodb-streams';
import { region } from '../template/intrinsics.ts';
import { localCredentials } from './create-tables.ts';
import {
  commonRecordFields,
  type StreamRecord,
  type StreamSource,
  sequenceText,
  streamStart,
} from './stream-source.ts';

const pollPeriodMs = 100;

/** The streams of an external engine, read over its API: shard after shard, parents first. */
export function openRemoteStreams(endpoint: string): StreamSource {
  const client = new DynamoDBStreamsClient({ endpoint, region, credentials: localCredentials });
  const listeners: (() => void)[] = [];
  const knownEnds = new Map<string, string>();
  const timer = setInterval(() => {
    for (const listener of listeners) listener();
  }, pollPeriodMs);

  async function read(table: string, after: string, limit: number): Promise<StreamRecord[]> {
    const shards = await shardsOf(client, table);
    for (const [index, { arn, shard }] of shards.entries()) {
      // Ignores the end of the newest shard: that shard still grows, and dynoxide reports a wrong end.
      const ending = shard.SequenceNumberRange?.EndingSequenceNumber;
      const isNewest = index === shards.length - 1;
      if (!isNewest && ending !== undefined && sequenceText(BigInt(ending)) <= after) continue;
      const records = await readShard(client, arn, shard, after, limit);
      if (records.length > 0) return records.map(record => recordOf(table, record));
    }
    return [];
  }

  async function end(table: string): Promise<string> {
    for (;;) {
      const position = knownEnds.get(table) ?? streamStart;
      const last = (await read(table, position, 1000)).at(-1);
      if (last === undefined) return position;
      knownEnds.set(table, last.dynamodb.SequenceNumber);
    }
  }

  return {
    read,
    end,
    trim() {}, // an external engine manages the retention of its records itself
    onChange: listener => void listeners.push(listener),
    close() {
      clearInterval(timer);
      client.destroy();
    },
  };
}

async function shardsOf(
  client: DynamoDBStreamsClient,
  table: string,
): Promise<{ arn: string; shard: Shard }[]> {
  const { Streams = [] } = await client.send(new ListStreamsCommand({ TableName: table }));
  const arn = Streams.at(-1)?.StreamArn;
  if (arn === undefined) return [];
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn: arn }));
  const start = ({ SequenceNumberRange }: Shard) => BigInt(SequenceNumberRange?.StartingSequenceNumber ?? 0);
  return (StreamDescription?.Shards ?? [])
    .sort((a, b) => (start(a) < start(b) ? -1 : 1))
    .map(shard => ({ arn, shard }));
}

async function readShard(
  client: DynamoDBStreamsClient,
  arn: string,
  shard: Shard,
  after: string,
  limit: number,
): Promise<_Record[]> {
  const isWithin = BigInt(shard.SequenceNumberRange?.StartingSequenceNumber ?? 0) <= BigInt(after);
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({
      StreamArn: arn,
      ShardId: shard.ShardId,
      ...(isWithin && BigInt(after) > 0n
        ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: String(BigInt(after)) }
        : { ShardIteratorType: 'TRIM_HORIZON' }),
    }),
  );
  const { Records = [] } = await client.send(
    new GetRecordsCommand({ ShardIterator, Limit: Math.min(limit, 1000) }),
  );
  return Records;
}

function recordOf(
  table: string,
  { eventID = '', eventName = 'MODIFY', dynamodb = {} }: _Record,
): StreamRecord {
  const { Keys, NewImage, OldImage } = dynamodb;
  return {
    eventID,
    eventName,
    ...commonRecordFields(table),
    dynamodb: {
      ApproximateCreationDateTime: Math.floor((dynamodb.ApproximateCreationDateTime?.getTime() ?? 0) / 1000),
      Keys: plainImage(Keys),
      ...(NewImage && { NewImage: plainImage(NewImage) }),
      ...(OldImage && { OldImage: plainImage(OldImage) }),
      SequenceNumber: sequenceText(BigInt(dynamodb.SequenceNumber ?? 0)),
      SizeBytes: dynamodb.SizeBytes ?? 0,
      StreamViewType: dynamodb.StreamViewType ?? '',
    },
  };
}

/**
 * Encodes binary values at any depth in base64, as in a Lambda event. The SDK returns them as byte arrays.
 */
function plainImage(image: Record<string, AttributeValue> | undefined): unknown {
  const encode = (_key: string, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
  return image && JSON.parse(JSON.stringify(image, encode));
}
