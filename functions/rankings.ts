import { createHash } from 'node:crypto';
import { isRefusal } from '../shared/kernel/refusal.ts';
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
import { on, Rendered, type Reply, renderedJson, reply, serveVerifying } from '../shared/runtime/http.ts';
import type { Caller } from '../shared/runtime/principal.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();
const ports = { database, reader: new BoardReader(database) };

export const handler = serveVerifying(
  verifyBearer,
  on(getRanking, async ({ caller, params, query, headers, cursor, cursorAt, now }) => {
    const [from, begunIn] = cursor ?? [0, null];
    const wanted = { ...params, scope: query.scope, version: query.version ?? begunIn ?? undefined };
    const visibility = visibilityOf(caller);
    const page = await readRanking(ports, wanted, { from, limit: query.limit, visibility }, now);
    if ('refusal' in page) return page;
    const { view, nextPlace } = page;
    const nextCursor = cursorAt(nextPlace === null ? null : [nextPlace, view.version]);
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
  on(listVersions, async ({ caller, params, query, headers, cursor, cursorAt }) => {
    const visibility = visibilityOf(caller);
    const window = { after: cursor ?? 0, limit: query.limit, visibility };
    const list = await readVersions(database, params.month, window);
    if ('refusal' in list) return list;
    const last = list.items.at(-1);
    const nextCursor = cursorAt(list.more && last ? last.version : null);
    return cacheable(visibility, headers, { items: list.items, nextCursor });
  }),
  on(listChanges, async ({ caller, params: { month, version }, query, headers, cursor, cursorAt }) => {
    const visibility = visibilityOf(caller);
    const window = { from: cursor ?? 0, limit: query.limit, visibility };
    const list = await readChanges(database, month, version, window);
    if ('refusal' in list) return list;
    const nextCursor = cursorAt(list.more ? window.from + list.items.length : null);
    return cacheable(visibility, headers, { items: list.items, nextCursor });
  }),
  on(exportRanking, async ({ params: { month }, query: { scope, version }, cursor, cursorAt }) => {
    const exported = await exportCsv(ports, { month, scope, version }, cursor ?? 0);
    if ('refusal' in exported) return exported;
    return reply(200, new Rendered('text/csv', exported.csv), {
      'content-disposition': `attachment; filename="ranking-${month}.csv"`,
      ...nextPart(month, { scope, version }, cursorAt(exported.nextPlace)),
    });
  }),
  on(getCertificates, async ({ params, query }) => {
    const page = await certificatePage(ports, { ...params, ...query });
    if (isRefusal(page)) return page;
    return reply(200, new Rendered('text/html', page), {
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    });
  }),
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
function cacheable<View>(
  visibility: Visibility,
  headers: { readonly 'if-none-match'?: string | undefined },
  view: View,
): Reply<200, View | Rendered<'application/json', View>> | Reply<304, undefined> {
  if (visibility !== 'public') return { status: 200, body: view, headers: {} };
  const body = renderedJson(view);
  const etag = `"${createHash('sha256').update(body.text).digest('base64url')}"`;
  const kept = { etag, 'cache-control': 'public, max-age=30', vary: 'authorization, origin' };
  const known = headers['if-none-match']?.split(',').map(tag => tag.trim().replace(/^W\//, ''));
  return known?.includes(etag) ? reply(304, undefined, kept) : reply(200, body, kept);
}

function nextPart(
  month: string,
  { scope, version }: { scope: string; version: number | undefined },
  cursor: string | null,
): Record<string, string> {
  if (cursor === null) return {};
  const query = new URLSearchParams({ scope, cursor });
  if (version !== undefined) query.set('version', String(version));
  return { link: `</v1/rankings/${month}/export?${query}>; rel="next"` };
}
