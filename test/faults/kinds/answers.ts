import type { Answer, Sent } from '../stage/wire.ts';

/** An internal error in the format of the service. */
export function failure({ operation }: Pick<Sent, 'operation'>): Answer {
  return errorAnswer(operation, 500, operation.startsWith('S3 ') ? 'InternalError' : 'InternalServerError');
}

const throttling: Readonly<Record<string, readonly [status: number, code: string]>> = {
  DynamoDB: [400, 'ProvisionedThroughputExceededException'],
  SQS: [403, 'com.amazonaws.sqs#RequestThrottled'],
  S3: [503, 'SlowDown'],
};

export function throttled({ operation }: Sent): Answer {
  const [service = ''] = operation.split(' ');
  const [status, code] = throttling[service] ?? [400, 'ThrottlingException'];
  return errorAnswer(operation, status, code);
}

/** A conflict with another transaction. The embedded engine never reports one by itself. */
export function conflict({ operation, body }: Sent): Answer {
  if (operation !== 'DynamoDB TransactWriteItems')
    return errorAnswer(operation, 400, 'TransactionConflictException');
  const { TransactItems } = JSON.parse(body.toString()) as { TransactItems: unknown[] };
  const reasons = TransactItems.map((_, index) => ({
    Code: index === TransactItems.length - 1 ? 'TransactionConflict' : 'None',
  }));
  return errorAnswer(operation, 400, 'TransactionCanceledException', { CancellationReasons: reasons });
}

function errorAnswer(operation: string, status: number, code: string, facts: object = {}): Answer {
  if (operation.startsWith('S3 ')) {
    const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>injected</Message></Error>`;
    return { status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(body) };
  }
  const type = operation.startsWith('DynamoDB ') ? `com.amazonaws.dynamodb.v20120810#${code}` : code;
  return jsonAnswer({ __type: type, message: 'injected', ...facts }, status);
}

export function jsonAnswer(value: unknown, status = 200): Answer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify(value)),
  };
}
