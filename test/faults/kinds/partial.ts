import type { Answer, Forward, Sent } from '../stage/wire.ts';
import { jsonAnswer } from './answers.ts';

type Json = Record<string, unknown>;
type Requests = Record<string, { Keys: unknown[] }>;

/** A batch of which the tables read the first piece, and leave the rest unread without an error. */
export async function partialBatch({ body }: Sent, forward: Forward): Promise<Answer> {
  const request = parsed(body) as Json & { RequestItems: Requests };
  const pieces = Object.values(request.RequestItems).reduce((sum, { Keys }) => sum + Keys.length, 0);
  const left: Requests = {};
  const read: Requests = {};
  // Of a single piece nothing is read: even that is an answer without an error.
  let readCount = pieces > 1 ? 1 : 0;
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
