import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Request units of one table, including its indexes. */
export interface Units {
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly requests: number;
}

/** Counts the request units of all commands of a client: as DynamoDB reports them, and by item size for failed writes. */
export interface Meter {
  /** By table name. A command that touches several tables counts as one request of each. */
  byTable(): ReadonlyMap<string, Units>;
  total(): Units;
  reset(): void;
}

interface Consumed {
  TableName?: string;
  CapacityUnits?: number;
}

interface MeteredInput {
  ReturnConsumedCapacity?: string;
  TableName?: string;
  TransactItems?: readonly Record<string, WriteItem>[];
}

interface WriteItem {
  TableName?: string;
  Item?: unknown;
}

const writeUnitBytes = 1024;
const readCommands = new Set([
  'GetItemCommand',
  'BatchGetItemCommand',
  'QueryCommand',
  'ScanCommand',
  'TransactGetItemsCommand',
]);

export function attachMeter(client: DynamoDBClient): Meter {
  let tables = new Map<string, Units>();
  const add = (table: string, readUnits: number, writeUnits: number) => {
    const before = tables.get(table) ?? { readUnits: 0, writeUnits: 0, requests: 0 };
    tables.set(table, {
      readUnits: before.readUnits + readUnits,
      writeUnits: before.writeUnits + writeUnits,
      requests: before.requests + 1,
    });
  };

  client.middlewareStack.add(
    (next, context) => async args => {
      const input = args.input as MeteredInput;
      input.ReturnConsumedCapacity = 'INDEXES';
      try {
        const result = await next(args);
        const reads = readCommands.has(String(context.commandName));
        for (const { TableName, CapacityUnits } of consumedBy(result.output)) {
          const units = CapacityUnits ?? 0;
          add(TableName ?? '?', reads ? units : 0, reads ? 0 : units);
        }
        return result;
      } catch (error) {
        for (const [table, units] of refusedUnits(error, input)) add(table, 0, units);
        throw error;
      }
    },
    { step: 'initialize', name: 'meter', priority: 'low' },
  );

  return {
    byTable: () => tables,
    total: () =>
      [...tables.values()].reduce(
        (sum, units) => ({
          readUnits: sum.readUnits + units.readUnits,
          writeUnits: sum.writeUnits + units.writeUnits,
          requests: sum.requests + units.requests,
        }),
        { readUnits: 0, writeUnits: 0, requests: 0 },
      ),
    reset: () => {
      tables = new Map();
    },
  };
}

function consumedBy(output: unknown): Consumed[] {
  const consumed = (output as { ConsumedCapacity?: Consumed | Consumed[] }).ConsumedCapacity;
  if (!consumed) return [];
  return Array.isArray(consumed) ? consumed : [consumed];
}

/** DynamoDB charges a failed conditional write like a successful one, but the error does not report the units. */
function refusedUnits(error: unknown, input: MeteredInput): [table: string, units: number][] {
  const name = error instanceof Error ? error.name : '';
  if (name === 'ConditionalCheckFailedException') return [[input.TableName ?? '?', unitsOf(input)]];
  if (name !== 'TransactionCanceledException') return [];
  return (input.TransactItems ?? []).map(item => {
    const [write] = Object.values(item);
    return [write?.TableName ?? '?', 2 * unitsOf(write)];
  });
}

function unitsOf(write: WriteItem | undefined): number {
  const bytes = write?.Item ? Buffer.byteLength(JSON.stringify(write.Item)) : 0;
  return Math.max(1, Math.ceil(bytes / writeUnitBytes));
}
