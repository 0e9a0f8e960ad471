import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { endpoint } from '../../shared/kernel/endpoint.ts';
import { Page, pageQuery } from '../../shared/kernel/primitives.ts';
import type { Refusal } from '../../shared/kernel/refusal.ts';
import { on, Rendered, renderedJson, reply, serve } from '../../shared/runtime/http.ts';
import { call } from '../support/call.ts';

const common = {
  servedBy: 'shelf',
  summary: '',
  roles: ['driver'],
  params: z.strictObject({ shelf: z.string() }),
  query: z.strictObject({}),
  body: z.undefined(),
} as const;

const Book = z.strictObject({ title: z.string(), state: z.enum(['here', 'lent']) });

const getBook = endpoint({
  ...common,
  route: 'GET /v1/shelves/{shelf}/book',
  answers: { 200: Book, 304: z.undefined() },
  media: ['application/json', 'text/csv'],
  headers: { 'if-none-match': z.string().optional(), 'idempotency-key': z.string('is required') },
  refusals: ['not-found', 'out-of-stock'],
});

const listBooks = endpoint({
  ...common,
  route: 'GET /v1/shelves/{shelf}/books',
  query: z.strictObject({ ...pageQuery, state: z.string().optional() }),
  cursor: z.strictObject({ shelf: z.string(), after: z.int() }),
  answers: { 200: Page(z.int()) },
  refusals: [],
});

describe('a handler', () => {
  it('compiles with the answers that its endpoint declares', () => {
    const answers = [
      on(getBook, async () => reply(200, { title: 'Lei Feng', state: 'here' as const })),
      on(getBook, async () => reply(200, renderedJson({ title: 'Lei Feng', state: 'lent' as const }))),
      on(getBook, async () => reply(200, new Rendered('text/csv', 'title\r\n'))),
      on(getBook, async () => reply(304, undefined)),
      on(getBook, async () => reply(200, refused('out-of-stock'))),
      on(getBook, async () => ({ refusal: 'not-found' })),
    ];
    expect(answers).toHaveLength(6);
  });

  it('does not compile with a status, body, media type or refusal that its endpoint does not declare', () => {
    const errors = [
      // @ts-expect-error the status 201 is not declared
      on(getBook, async () => reply(201, { title: 'Lei Feng', state: 'here' as const })),
      // @ts-expect-error the body lacks `state`
      on(getBook, async () => reply(200, { title: 'Lei Feng' })),
      // @ts-expect-error `state` has a value that the schema lacks
      on(getBook, async () => reply(200, { title: 'Lei Feng', state: 'lost' as const })),
      // @ts-expect-error the rendered body lacks `state`
      on(getBook, async () => reply(200, renderedJson({ title: 'Lei Feng' }))),
      // @ts-expect-error a 304 has no body
      on(getBook, async () => reply(304, { title: 'Lei Feng', state: 'here' as const })),
      // @ts-expect-error HTML is not declared
      on(getBook, async () => reply(200, new Rendered('text/html', '<p>'))),
      // @ts-expect-error the refusal is not declared
      on(getBook, async () => reply(200, refused('too-late'))),
      // @ts-expect-error the refusal is not declared
      on(listBooks, async () => ({ refusal: 'not-found' })),
      // @ts-expect-error a position has no such field
      on(listBooks, async ({ cursorAt }) => reply(200, { items: [], nextCursor: cursorAt({ from: 1 }) })),
      // @ts-expect-error the raw cursor is not part of the query
      on(listBooks, async ({ query }) => reply(200, { items: [], nextCursor: query.cursor })),
      // @ts-expect-error the header is not declared
      on(listBooks, async ({ headers }) => reply(200, { items: [], nextCursor: headers.etag })),
    ];
    expect(errors).toHaveLength(11);
  });

  it('gets the headers that its endpoint declares, and no others', async () => {
    const seen: unknown[] = [];
    const handler = serve(
      on(getBook, async ({ headers }) => {
        const key: string = headers['idempotency-key'];
        const tag: string | undefined = headers['if-none-match'];
        seen.push(headers, key, tag);
        return reply(304, undefined);
      }),
    );
    const request = { route: getBook.route, as: 'driver d-1', params: { shelf: 's' } } as const;
    await handler(
      {
        routeKey: request.route,
        headers: { 'idempotency-key': 'k-1', host: 'api' },
        pathParameters: request.params,
        requestContext: { requestId: 'r-1', authorizer: { jwt: { claims } } },
      } as never,
      {} as never,
    );
    expect(seen).toEqual([{ 'idempotency-key': 'k-1' }, 'k-1', undefined]);
  });
});

const claims = { scope: 'wallet', driver_id: 'd-1' };

function refused<Word extends 'out-of-stock' | 'too-late'>(word: Word): Refusal<Word> {
  return { refusal: word } as Refusal<Word>;
}

describe('the cursor of a list', () => {
  const seen: unknown[] = [];
  const handler = serve(
    on(listBooks, async ({ params, query, cursor, cursorAt }) => {
      seen.push({ query, cursor });
      const after = (cursor?.after ?? 0) + 1;
      const next = after < 3 ? { shelf: params.shelf, after } : null;
      return reply(200, { items: [after], nextCursor: cursorAt(next) });
    }),
  );
  const list = (shelf: string, query: Record<string, string> = {}) =>
    call(handler, { route: listBooks.route, as: 'driver d-1', params: { shelf }, query });

  it('reaches the handler as a position, and continues the list to its end', async () => {
    const first = await list('tea', { limit: '1' });
    const second = await list('tea', { limit: '1', cursor: first.body.nextCursor });
    const third = await list('tea', { limit: '1', cursor: second.body.nextCursor });
    expect([first, second, third].map(({ body }) => body.items)).toEqual([[1], [2], [3]]);
    expect(third.body.nextCursor).toBeNull();
    expect(seen).toEqual([
      { query: { limit: 1 }, cursor: undefined },
      { query: { limit: 1 }, cursor: { shelf: 'tea', after: 1 } },
      { query: { limit: 1 }, cursor: { shelf: 'tea', after: 2 } },
    ]);
  });

  it('is refused with 422 when it is not one, has another shape, or belongs to another list', async () => {
    const ofTea = (await list('tea')).body.nextCursor;
    const ofAnotherShape = Buffer.from(JSON.stringify({ after: 1 })).toString('base64url');
    for (const [shelf, cursor] of [
      ['tea', 'nonsense'],
      ['tea', ofAnotherShape],
      ['rice', ofTea],
    ] as const) {
      expect(await list(shelf, { cursor })).toMatchObject({
        status: 422,
        body: { code: 'invalid', errors: [{ pointer: '#query/cursor' }] },
      });
    }
  });
});
