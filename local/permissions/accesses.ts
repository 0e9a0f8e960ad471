import { AwsError } from '../aws/aws-error.ts';
import { arn, lastSegment } from '../template/names.ts';

/** One IAM action on one resource (ARN). */
export interface Access {
  readonly action: string;
  readonly resource: string;
}

type Input = Readonly<Record<string, unknown>>;
type AccessReader = (input: Input, operation: string) => Access[];

const onTable = (operation: string, table: unknown, index?: unknown): Access => ({
  action: `dynamodb:${operation}`,
  resource: arn('dynamodb', `table/${table}${index === undefined ? '' : `/index/${index}`}`),
});
const oneTable: AccessReader = ({ TableName, IndexName }, operation) => [
  onTable(operation, TableName, IndexName),
];
const manyTables: AccessReader = ({ RequestItems }, operation) =>
  Object.keys(RequestItems as object).map(table => onTable(operation, table));

/** IAM action for each kind of item in a transaction. */
const transactionActions: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};
const transaction: AccessReader = ({ TransactItems }) =>
  (TransactItems as Record<string, { TableName: string }>[]).flatMap(part =>
    Object.entries(part).map(([kind, { TableName }]) => onTable(transactionActions[kind] ?? kind, TableName)),
  );

const onQueue =
  (action: string): AccessReader =>
  ({ QueueUrl }) => [{ action, resource: arn('sqs', lastSegment(String(QueueUrl))) }];

const readers: Readonly<Record<string, AccessReader>> = {
  'DynamoDB_20120810.GetItem': oneTable,
  'DynamoDB_20120810.PutItem': oneTable,
  'DynamoDB_20120810.UpdateItem': oneTable,
  'DynamoDB_20120810.DeleteItem': oneTable,
  'DynamoDB_20120810.Query': oneTable,
  'DynamoDB_20120810.Scan': oneTable,
  'DynamoDB_20120810.BatchGetItem': manyTables,
  'DynamoDB_20120810.TransactWriteItems': transaction,
  'DynamoDB_20120810.TransactGetItems': transaction,
  'AWSEvents.PutEvents': ({ Entries }) =>
    (Entries as { EventBusName?: string }[]).map(({ EventBusName = 'default' }) => ({
      action: 'events:PutEvents',
      resource: arn('events', `event-bus/${lastSegment(EventBusName)}`),
    })),
  'AmazonSQS.SendMessage': onQueue('sqs:SendMessage'),
  'AmazonSQS.SendMessageBatch': onQueue('sqs:SendMessage'),
  'AmazonSQS.GetQueueAttributes': onQueue('sqs:GetQueueAttributes'),
  'secretsmanager.GetSecretValue': ({ SecretId }) => [
    {
      action: 'secretsmanager:GetSecretValue',
      resource: String(SecretId).startsWith('arn:')
        ? String(SecretId)
        : arn('secretsmanager', `secret:${SecretId}`),
    },
  ],
};

/**
 * The accesses of a request with this `X-Amz-Target`. Throws an AwsError for a target that is not in the
 * table above.
 */
export function accessesOf(target: string, input: Input): Access[] {
  const reader = readers[target];
  if (!reader)
    throw new AwsError(
      'AccessDeniedException',
      `The local runtime does not know which IAM action ${target} needs.`,
    );
  return reader(input, target.split('.')[1] ?? '');
}

const objectActions: Readonly<Record<string, string>> = {
  PUT: 's3:PutObject',
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
};

/** The access of an S3 request. */
export function objectAccess(method: string, url: string): Access {
  const { pathname } = new URL(url, 'http://local');
  const [, bucket = '', ...key] = decodeURIComponent(pathname).split('/');
  const isList = key.join('/') === '';
  return {
    action: isList ? 's3:ListBucket' : (objectActions[method] ?? `s3:${method}`),
    resource: `arn:aws:s3:::${bucket}${isList ? '' : `/${key.join('/')}`}`,
  };
}
