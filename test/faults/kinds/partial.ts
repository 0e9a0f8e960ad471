import type { Answer, Forward, Sent } from '../stage/wire.ts';
import { jsonAnswer } from './answers.ts';

type Json = Record<string, unknown>;
type Requests = Record<string, unknown[] | { Keys: unknown[] }>;

/** A batch of which the tables do the first piece, and leave the rest undone without an error. */
export async function partialBatch({ operation, body }: Sent, forward: Forward): Promise<Answer> {
  const request = parsed(body) as Json & { RequestItems: Requests };
  const left: Requests = {};
  const done: Requests = {};
  let isFirst = true;
  for (const [table, wanted] of Object.entries(request.RequestItems)) {
    const pieces = Array.isArray(wanted) ? wanted : wanted.Keys;
    const of = (some: unknown[]) => (Array.isArray(wanted) ? some : { ...wanted, Keys: some });
    // Of a single piece nothing is done: even that is an answer without an error.
    const doneCount = isFirst && totalOf(request.RequestItems) > 1 ? 1 : 0;
    isFirst = false;
    if (doneCount > 0) done[table] = of(pieces.slice(0, doneCount));
    if (pieces.length > doneCount) left[table] = of(pieces.slice(doneCount));
  }
  const name = operation === 'DynamoDB BatchGetItem' ? 'UnprocessedKeys' : 'UnprocessedItems';
  if (Object.keys(done).length === 0) return jsonAnswer({ Responses: {}, [name]: left });
  const answer = await forward(bytes({ ...request, RequestItems: done }));
  return answer.status === 200 ? jsonAnswer({ ...parsed(answer.body), [name]: left }) : answer;
}

function totalOf(requests: Requests): number {
  return Object.values(requests).reduce(
    (sum, wanted) => sum + (Array.isArray(wanted) ? wanted : wanted.Keys).length,
    0,
  );
}

/** A page of one item, however many were asked for: the tables may end a page wherever they like. */
export async function shortPage({ body }: Sent, forward: Forward): Promise<Answer> {
  return forward(bytes({ ...parsed(body), Limit: 1 }));
}

/** The bus takes some entries and refuses others, in an answer of 200. */
export function failedEntries(refuses: (index: number, count: number) => boolean) {
  return async ({ body }: Sent, forward: Forward): Promise<Answer> => {
    const { Entries: sent } = parsed(body) as { Entries: unknown[] };
    const taken = sent.filter((_, index) => !refuses(index, sent.length));
    const results = taken.length > 0 ? await entriesOf(await forward(bytes({ Entries: taken }))) : [];
    const refused = { ErrorCode: 'InternalFailure', ErrorMessage: 'injected' };
    const Entries = sent.map((_, index) => (refuses(index, sent.length) ? refused : results.shift()));
    return jsonAnswer({ FailedEntryCount: sent.length - taken.length, Entries });
  };
}

async function entriesOf({ body }: Answer): Promise<unknown[]> {
  return (parsed(body) as { Entries: unknown[] }).Entries;
}

export function parsed(body: Buffer): Json {
  return JSON.parse(body.toString()) as Json;
}

function bytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
