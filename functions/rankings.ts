import { createHash } from 'node:crypto';
import * as z from 'zod';
import {
  exportRanking,
  getCertificates,
  getOwnRank,
  getProof,
  getRanking,
  listChanges,
  listVersions,
} from '../shared/ranking/contract/rankings.ts';
import { BoardReader } from '../shared/ranking/store/board-reader.ts';
import { certificatePage } from '../shared/ranking/use-cases/certificates.ts';
import { exportRanking as exportCsv } from '../shared/ranking/use-cases/export.ts';
import { readProof } from '../shared/ranking/use-cases/proof.ts';
import { readOwnRank, readRanking, type Visibility } from '../shared/ranking/use-cases/read.ts';
import { readChanges, readVersions } from '../shared/ranking/use-cases/versions.ts';
import { verifyBearer } from '../shared/runtime/bearer.ts';
import { type Answer, on, Rejection, reply, serveVerifying } from '../shared/runtime/http.ts';
import { decodeCursor, encodeCursor } from '../shared/runtime/page.ts';
import type { Caller } from '../shared/runtime/principal.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();
const ports = { database, reader: new BoardReader(database) };

const Place = z.int().min(0);
/** A list that has begun in one version goes on in it. */
const RankingCursor = z.tuple([Place, z.int().min(1).nullable()]);

export const handler = serveVerifying(
  verifyBearer,
  on(getRanking, async ({ caller, params, query, headers, now }) => {
    const cursor = decodeCursor(RankingCursor, query.cursor);
    if (cursor instanceof Rejection) return cursor;
    const [from, begunIn] = cursor ?? [0, null];
    const wanted = { ...params, scope: query.scope, version: query.version ?? begunIn ?? undefined };
    const visibility = visibilityOf(caller);
    const page = await readRanking(ports, wanted, { from, limit: query.limit, visibility }, now);
    if ('refusal' in page) return page;
    const { view, nextPlace } = page;
    const nextCursor = nextPlace === null ? null : encodeCursor([nextPlace, view.version]);
    return cacheable(visibility, headers, { ...view, nextCursor });
  }),
  on(getOwnRank, async ({ caller, params: { month, driverId }, query }) =>
    isOwn(caller, driverId)
      ? reply(200, await readOwnRank(ports, { month, ...query }, driverId))
      : { refusal: 'not-found' },
  ),
  on(getProof, async ({ caller, params: { month, driverId }, query }) =>
    isOwn(caller, driverId)
      ? reply(200, await readProof(ports, month, query.version, driverId))
      : { refusal: 'not-found' },
  ),
  on(listVersions, async ({ caller, params, query, headers }) => {
    const after = decodeCursor(Place, query.cursor);
    if (after instanceof Rejection) return after;
    const visibility = visibilityOf(caller);
    const list = await readVersions(database, params.month, {
      after: after ?? 0,
      limit: query.limit,
      visibility,
    });
    if ('refusal' in list) return list;
    const last = list.items.at(-1);
    const nextCursor = list.more && last ? encodeCursor(last.version) : null;
    return cacheable(visibility, headers, { items: list.items, nextCursor });
  }),
  on(listChanges, async ({ caller, params: { month, version }, query, headers }) => {
    const from = decodeCursor(Place, query.cursor);
    if (from instanceof Rejection) return from;
    const visibility = visibilityOf(caller);
    const window = { from: from ?? 0, limit: query.limit, visibility };
    const list = await readChanges(database, month, version, window);
    if ('refusal' in list) return list;
    const nextCursor = list.more ? encodeCursor(window.from + list.items.length) : null;
    return cacheable(visibility, headers, { items: list.items, nextCursor });
  }),
  on(exportRanking, async ({ params: { month }, query: { scope, version, cursor } }) => {
    const from = decodeCursor(Place, cursor);
    if (from instanceof Rejection) return from;
    const exported = await exportCsv(ports, { month, scope, version }, from ?? 0);
    if ('refusal' in exported) return exported;
    return reply(200, exported.csv, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="ranking-${month}.csv"`,
      ...nextPart(month, { scope, version }, exported.nextPlace),
    });
  }),
  on(getCertificates, async ({ params, query }) =>
    reply(200, await certificatePage(ports, { ...params, ...query }), {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    }),
  ),
);

function visibilityOf(caller: Caller | undefined): Visibility {
  if (!caller) return 'public';
  return caller.role === 'organizer' ? 'everything' : 'masked';
}

function isOwn(caller: Caller, driverId: string): boolean {
  return caller.role === 'organizer' || caller.id === driverId;
}

/**
 * What the public sees may be kept for a moment and asked for again by its digest. Not longer: the names in it are
 * those that are agreed to now, and a consent that is withdrawn must show.
 */
function cacheable(
  visibility: Visibility,
  headers: Readonly<Record<string, string | undefined>>,
  view: object,
): Answer {
  if (visibility !== 'public') return reply(200, view);
  const body = JSON.stringify(view);
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  const kept = { etag, 'cache-control': 'public, max-age=30', vary: 'authorization, origin' };
  const known = headers['if-none-match']?.split(',').map(tag => tag.trim().replace(/^W\//, ''));
  return known?.includes(etag) ? reply(304, '', kept) : reply(200, body, kept);
}

function nextPart(
  month: string,
  { scope, version }: { scope: string; version: number | undefined },
  nextPlace: number | null,
): Record<string, string> {
  if (nextPlace === null) return {};
  const query = new URLSearchParams({ scope, cursor: encodeCursor(nextPlace) });
  if (version !== undefined) query.set('version', String(version));
  return { link: `</v1/rankings/${month}/export?${query}>; rel="next"` };
}
