import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../../shared/dynamo/batch.ts';
import { type Database, openDatabase } from '../../../shared/dynamo/client.ts';
import { cityShards, historyOf, resident } from './generated-city.ts';
import { itemBytes } from './item-bytes.ts';
import { type ItemTemplate, itemTemplates } from './item-templates.ts';
import { localConfig } from './stage.ts';

/** An item or a key in JSON. */
type Wire = Readonly<Record<string, { readonly S?: string; readonly B?: string }>>;

interface Request {
  readonly TableName: string;
  readonly Segment?: number;
  readonly TotalSegments?: number;
  readonly Limit?: number;
  readonly ConsistentRead?: boolean;
  readonly ExclusiveStartKey?: Wire;
  readonly ExpressionAttributeValues?: Wire;
  readonly Key?: Wire;
  readonly Item?: Wire;
  readonly RequestItems?: Record<string, { Keys?: Wire[] }>;
  readonly TransactItems?: { Put?: { TableName: string; Item: Wire } }[];
}

interface HttpRequest {
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

interface Answer {
  readonly body: string;
  readonly units: number;
  readonly table: string;
}

const boardBlock = /#[rd]\d+$/;
const pageBytesMax = 1024 * 1024;

/**
 * Simulates the tables for the ranking of a million drivers: reads come from the generated city, writes are counted and
 * forgotten, and units follow DynamoDB's billing rules. Loading a million accounts into a real engine would take ten
 * minutes. A test with a small city asserts that both count the same.
 */
export class SimulatedEngine {
  /** Milliseconds spent in the simulation, to be subtracted from the platform's time. */
  spentMs = 0;
  /** Write units of the board blocks. */
  boardUnits = 0;
  private readonly drivers: number;
  private readonly rankings = new Map<string, Item>();
  private shards: number[][] | undefined;

  constructor(drivers: number) {
    this.drivers = drivers;
  }

  open(): Database {
    return openDatabase(table => table, {
      ...localConfig('http://simulated'),
      requestHandler: { handle: async (request: HttpRequest) => this.handle(request) },
    });
  }

  private handle({ headers, body }: HttpRequest) {
    const start = performance.now();
    const operation = headers['x-amz-target']?.split('.')[1] ?? '';
    const { body: answer, units, table } = this.answer(operation, JSON.parse(textOf(body)) as Request);
    const capacity = `"ConsumedCapacity":${capacityOf(operation, table, units)}`;
    const text = answer === '{}' ? `{${capacity}}` : `${answer.slice(0, -1)},${capacity}}`;
    const response = { statusCode: 200, headers: {}, body: Buffer.from(text) };
    this.spentMs += performance.now() - start;
    return { response };
  }

  private answer(operation: string, request: Request): Answer {
    const table = request.TableName;
    switch (operation) {
      case 'Scan':
        return this.scan(request);
      case 'Query':
        return table === 'ledger' ? this.history(request) : this.shard(request);
      case 'GetItem': {
        const item = this.rankings.get(keyOf(request.Key));
        return { table, units: 1, body: item ? `{"Item":${JSON.stringify(marshall(item))}}` : '{}' };
      }
      case 'BatchGetItem': {
        const keys = request.RequestItems?.rankings?.Keys ?? [];
        const found = keys.flatMap(key => this.rankings.get(keyOf(key)) ?? []);
        const items = found.map(item => JSON.stringify(marshall(item)));
        return { table: 'rankings', units: keys.length, body: `{"Responses":{"rankings":[${items}]}}` };
      }
      case 'PutItem': {
        const units = writeUnits(fromJson(request.Item ?? {}));
        if (boardBlock.test(request.Item?.blockId?.S ?? '')) this.boardUnits += units;
        return { table, units, body: '{}' };
      }
      case 'TransactWriteItems':
        return this.transactWrite(request);
      default:
        throw new Error(`The simulation does not know ${operation}.`);
    }
  }

  private scan({ TableName: table, Segment = 0, TotalSegments = 1, ...page }: Request): Answer {
    const template = itemTemplates[table as 'accounts' | 'profiles']; // with the few attributes that the platform requests
    const first = Math.floor((Segment * this.drivers) / TotalSegments);
    const end = Math.floor(((Segment + 1) * this.drivers) / TotalSegments);
    const start = page.ExclusiveStartKey ? numberOf(page.ExclusiveStartKey) + 1 : first;
    return readPage(table, template, page, start, end, at => at);
  }

  private shard({ TableName: table, ...page }: Request): Answer {
    this.shards ??= this.byShard();
    const of = this.shards[Number(page.ExpressionAttributeValues?.[':shard']?.S)] ?? [];
    const start = page.ExclusiveStartKey ? of.indexOf(numberOf(page.ExclusiveStartKey)) + 1 : 0;
    return readPage(table, itemTemplates.index, page, start, of.length, at => of[at] ?? 0);
  }

  private byShard(): number[][] {
    const shards: number[][] = Array.from({ length: cityShards }, () => []);
    for (let index = 0; index < this.drivers; index += 1) shards[Number(resident(index).shard)]?.push(index);
    return shards;
  }

  /** A driver's complete history, newest first, as the fold check reads it. */
  private history({ TableName: table, ExpressionAttributeValues: values }: Request): Answer {
    const entries = historyOf(resident(Number(values?.[':driver']?.S?.slice(2)))).reverse();
    const bytes = entries.reduce((sum, entry) => sum + itemBytes(entry as unknown as Item), 0);
    const items = entries.map(entry => JSON.stringify(marshall(entry)));
    return { table, units: Math.ceil(bytes / 4096) / 2, body: `{"Items":[${items}]}` };
  }

  private transactWrite({ TransactItems = [] }: Request): Answer {
    let units = 0;
    for (const { Put } of TransactItems) {
      if (!Put) throw new Error('The simulation knows only Put in transactions.');
      const item = fromJson(Put.Item);
      this.rankings.set(keyOf(Put.Item), item);
      units += 2 * writeUnits(item);
    }
    return { table: 'rankings', units, body: '{}' };
  }
}

function readPage(
  table: string,
  template: ItemTemplate,
  { Limit = Number.POSITIVE_INFINITY, ConsistentRead = false }: Partial<Request>,
  start: number,
  end: number,
  indexAt: (at: number) => number,
): Answer {
  const until = Math.min(end, start + Limit, start + Math.ceil(pageBytesMax / template.bytes));
  const items: string[] = [];
  for (let at = start; at < until; at += 1) items.push(template.text(indexAt(at)));
  const last =
    until < end ? `,"LastEvaluatedKey":{"driverId":{"S":"${resident(indexAt(until - 1)).driverId}"}}` : '';
  const units = Math.ceil(((until - start) * template.bytes) / 4096) / (ConsistentRead ? 1 : 2);
  return { table, units, body: `{"Items":[${items.join(',')}]${last}}` };
}

/** Operations on a single table report their capacity as an object, others as a list. */
const singles = new Set(['Scan', 'Query', 'GetItem', 'PutItem']);

function capacityOf(operation: string, table: string, units: number): string {
  const one = `{"TableName":"${table}","CapacityUnits":${units}}`;
  return singles.has(operation) ? one : `[${one}]`;
}

function writeUnits(item: Item): number {
  return Math.ceil(itemBytes(item) / 1024);
}

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}

/** Decodes an item from JSON, where bytes are base64. */
function fromJson(item: Wire): Item {
  const decoded = Object.entries(item).map(([name, value]) => [
    name,
    value.B === undefined ? value : { B: Buffer.from(value.B, 'base64') },
  ]);
  return unmarshall(Object.fromEntries(decoded));
}

function keyOf(key: Wire | undefined): string {
  return `${key?.pk?.S} ${key?.sk?.S}`;
}

function numberOf(key: Wire): number {
  return Number(key.driverId?.S?.slice(2));
}
