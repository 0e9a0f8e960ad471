import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { attachMeter, type Meter } from './meter.ts';

export interface Database {
  readonly client: DynamoDBDocumentClient;
  readonly meter: Meter;
  /** Maps a logical table name to its physical name. */
  readonly tableName: (table: string) => string;
}

export function openDatabase(
  tableName: (table: string) => string,
  config: DynamoDBClientConfig = {},
): Database {
  const bare = new DynamoDBClient(config);
  withoutRequestTokens(bare);
  // It copies every input and output for a logger that is not set. `npm run bench -- --only choices` measures the cost.
  bare.middlewareStack.remove('loggerMiddleware');
  const meter = attachMeter(bare);
  const client = DynamoDBDocumentClient.from(bare, { marshallOptions: { removeUndefinedValues: true } });
  return { client, meter, tableName };
}

/**
 * Removes the random request token that the SDK adds to every transaction. Idempotency does not need it: the names of
 * the facts are conditions of the same transaction, and they last for ever instead of ten minutes. A retry after a
 * lost response therefore fails its condition, reads again and recognises the repeat: one path, always the tested one.
 */
export function withoutRequestTokens(client: DynamoDBClient): void {
  client.middlewareStack.add(
    (next, context) => args => {
      if (context.commandName !== 'TransactWriteItemsCommand') return next(args);
      const request = args.request as { body: string | Uint8Array };
      const text = typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body);
      request.body = text.replace(tokenMember, '');
      return next(args);
    },
    { step: 'build', name: 'withoutRequestTokens', priority: 'high' },
  );
}

/** Matches the token only as a member of the request object: inside a string its quotes would be escaped. */
const tokenMember = /"ClientRequestToken":"[0-9a-f-]{36}",|,"ClientRequestToken":"[0-9a-f-]{36}"/;
