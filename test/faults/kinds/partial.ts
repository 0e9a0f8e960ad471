import type { Answer, Forward, Sent } from '../stage/wire.ts';
import { jsonAnswer } from './answers.ts';

type Json = Record<string, unknown>;
type Requests = Record<string, { Keys: unknown[] }>;

/** Reads only the first key of a batch and returns the others as unprocessed, without an error. */
export async function partialBatch({ body }: Sent, forward: Forward): Promise<Answer> {
  const request = parsed(body) as Json & { RequestItems: Requests };
  const keyCount = Object.values(request.RequestItems).reduce((sum, { Keys }) => sum + Keys.length, 0);
  const left: Requests = {};
  const read: Requests = {};
  // With a single key nothing is read. That is a valid answer too.
  let readCount = keyCount > 1 ? 1 : 0;
  for (const [table, wanted] of Object.entries(request.RequestItems)) {
    const { Keys } = wanted;
    if (readCount > 0) read[table] = { ...wanted, Keys: Keys.slice(0, readCount) };
    if (Keys.length > readCount) left[table] = { ...wanted, Keys: Keys.slice(readCount) };
    readCount = 0;
  }
  if (Object.keys(read).length === 0) return jsonAnswer({ Responses: {}, UnprocessedKeys: left });
  const answer = await forward(bytes({ ...request, RequestItems: read }));
  return answer.status === 200 ? jsonAnswer({ ...parsed(answer.body), UnprocessedKeys: left }) : answer;
}

/** Ends a page after one item. DynamoDB may end a page anywhere. */
export async function shortPage({ body }: Sent, forward: Forward): Promise<Answer> {
  return forward(bytes({ ...parsed(body), Limit: 1 }));
}

/** Makes the bus reject some entries in an answer of 200. */
export function failedEntries(isRejected: (index: number, count: number) => boolean) {
  return async ({ body }: Sent, forward: Forward): Promise<Answer> => {
    const { Entries: sent } = parsed(body) as { Entries: unknown[] };
    const accepted = sent.filter((_, index) => !isRejected(index, sent.length));
    const results = accepted.length > 0 ? await entriesOf(await forward(bytes({ Entries: accepted }))) : [];
    const rejected = { ErrorCode: 'InternalFailure', ErrorMessage: 'injected' };
    const Entries = sent.map((_, index) => (isRejected(index, sent.length) ? rejected : results.shift()));
    return jsonAnswer({ FailedEntryCount: sent.length - accepted.length, Entries });
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
