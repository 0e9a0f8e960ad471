import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { attachMeter, type Meter } from './meter.ts';

export interface Database {
  readonly client: DynamoDBDocumentClient;
  readonly meter: Meter;
  /** The name that a table has in this account. */
  readonly tableName: (table: string) => string;
}

export function openDatabase(
  tableName: (table: string) => string,
  config: DynamoDBClientConfig = {},
): Database {
  const bare = new DynamoDBClient(config);
  withoutRequestTokens(bare);
  // It copies every input and output for a logger that nobody has set; it costs little: `npm run bench -- --only choices`.
  bare.middlewareStack.remove('loggerMiddleware');
  const meter = attachMeter(bare);
  const client = DynamoDBDocumentClient.from(bare, { marshallOptions: { removeUndefinedValues: true } });
  return { client, meter, tableName };
}

/**
 * The SDK adds a random request token to every transaction. Nothing here relies on it: the names of the facts are
 * conditions of the same transaction, and they hold for ever instead of ten minutes. A repeat after a lost answer is
 * therefore refused, read again and found to be a repeat, and that one way is always the one taken and tested.
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

/** As a member of the request's own object: inside a string its quotes would be escaped. */
const tokenMember = /"ClientRequestToken":"[0-9a-f-]{36}",|,"ClientRequestToken":"[0-9a-f-]{36}"/;
