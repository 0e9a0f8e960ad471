import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  DynamoDBClient,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { driversConcurrentMax } from '../../../shared/awards/use-cases/award-deliveries.ts';
import { withoutRequestTokens } from '../../../shared/dynamo/client.ts';
import { concurrently, type Work } from '../support/contender.ts';
import { type Awards, driverIdOf, eventIdOf, platformId } from '../support/events.ts';
import { signedPost } from '../support/signed-post.ts';
import { localConfig } from '../support/stage.ts';

/**
 * Sends the same requests as the function and does nothing else: no rules, validation, hashes or logs. It ignores what it
 * reads, and writes copies of one account and one entry in which only keys and numbers differ.
 */
export interface BareSetup {
  readonly endpoint: string;
  readonly tables: { readonly accounts: string; readonly ledger: string };
  readonly account: Item;
  readonly entry: Item;
  /** Whether it reads before each transaction, as a decision would need. */
  readonly reads: boolean;
  /** Through the SDK's client, or as signed requests with Node's fetch. */
  readonly by: 'SDK' | 'fetch';
}

type Item = Record<string, AttributeValue>;
type Send = (operation: 'BatchGetItem' | 'TransactWriteItems', input: object) => Promise<unknown>;

export async function prepare(setup: BareSetup): Promise<Work<Awards>> {
  const send = setup.by === 'SDK' ? bySdk(setup.endpoint) : byFetch(setup.endpoint);
  const seqs = new Map<number, number>();
  return async ({ round, drivers, batch }) => {
    const numbers = Array.from({ length: drivers }, (_, driver) => driver);
    await concurrently(numbers, driversConcurrentMax, async driver => {
      const names = Array.from(
        { length: batch },
        (_, n) => `award#${platformId}#${eventIdOf(round, driver, n)}`,
      );
      const seq = seqs.get(driver) ?? 0;
      if (setup.reads) await send('BatchGetItem', readOf(setup, driver, names));
      await send('TransactWriteItems', { TransactItems: writesOf(setup, driver, names, seq) });
      seqs.set(driver, seq + batch);
    });
  };
}

function readOf({ tables }: BareSetup, driver: number, names: string[]): BatchGetItemCommandInput {
  return {
    RequestItems: {
      [tables.accounts]: { Keys: [{ driverId: { S: driverIdOf(driver) } }], ConsistentRead: true },
      [tables.ledger]: { Keys: names.map(name => ({ entryId: { S: name } })), ConsistentRead: true },
    },
    ReturnConsumedCapacity: 'INDEXES',
  };
}

function writesOf(setup: BareSetup, driver: number, names: string[], seq: number): TransactWriteItem[] {
  const { tables, account, entry } = setup;
  const driverId = { S: driverIdOf(driver) };
  const entries = names.map((name, n) => ({
    Put: {
      TableName: tables.ledger,
      Item: { ...entry, entryId: { S: name }, driverId, seq: { N: String(seq + 1 + n) } },
      ConditionExpression: 'attribute_not_exists(entryId)',
    },
  }));
  const isNew = seq === 0;
  return [
    ...entries,
    {
      Put: {
        TableName: tables.accounts,
        Item: { ...account, driverId, seq: { N: String(seq + names.length) } },
        ConditionExpression: isNew ? 'attribute_not_exists(driverId)' : 'seq = :read',
        ...(isNew ? {} : { ExpressionAttributeValues: { ':read': { N: String(seq) } } }),
      },
    },
  ];
}

function bySdk(endpoint: string): Send {
  const client = new DynamoDBClient(localConfig(endpoint));
  withoutRequestTokens(client);
  return (operation, input) =>
    operation === 'BatchGetItem'
      ? client.send(new BatchGetItemCommand(input as never))
      : client.send(new TransactWriteItemsCommand({ ...input, ReturnConsumedCapacity: 'INDEXES' } as never));
}

function byFetch(endpoint: string): Send {
  return (operation, input) => signedPost(endpoint, `DynamoDB_20120810.${operation}`, JSON.stringify(input));
}
