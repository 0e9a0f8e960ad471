import type { StreamRecord } from '../tables/stream-source.ts';
import type { FunctionModel, StreamMapping } from '../template/model.ts';
import type { Outcome } from '../workers/function-pool.ts';

/** Lambda's limit for an event is 6 MB. A single record with both images has at most 0.8 MB. */
const batchBytesMax = 5_000_000;

/** The leading records that fit into one event, but at least one. */
export function withinEventLimit(records: StreamRecord[]): StreamRecord[] {
  let bytes = 0;
  const end = records.findIndex(({ dynamodb }) => {
    bytes += dynamodb.SizeBytes;
    return bytes > batchBytesMax;
  });
  return end < 0 ? records : records.slice(0, Math.max(1, end));
}

/** The message that Lambda sends to the failure destination of a stream when it gives up a batch. */
export function failureNotice(
  mapping: StreamMapping,
  model: FunctionModel,
  records: StreamRecord[],
  outcome: Outcome,
  attempts: number,
  now: Date,
): object {
  return {
    requestContext: {
      functionArn: model.arn,
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: attempts,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: outcome.ok ? 'BatchItemFailures' : outcome.error.errorType,
    },
    version: '1.0',
    timestamp: now.toISOString(),
    DDBStreamBatchInfo: {
      shardId: `shardId-${mapping.table}`,
      startSequenceNumber: records[0]?.dynamodb.SequenceNumber,
      endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
      batchSize: records.length,
      streamArn: mapping.streamArn,
    },
  };
}
