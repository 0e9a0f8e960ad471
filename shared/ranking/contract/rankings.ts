import * as z from 'zod';
import { endpoint, everyRole } from '../../kernel/endpoint.ts';
import { Id, Month, Page, pageQuery } from '../../kernel/primitives.ts';
import { ChangeView, OwnRankView, ProofView, RankingView, VersionView } from './ranking-views.ts';

/** `all`, or one district, platform or occupation. */
const Scope = z
  .string()
  .regex(
    /^(all|(district|platform|occupation):[A-Za-z0-9._:-]{1,128})$/,
    'must be all, district:…, platform:… or occupation:…',
  )
  .default('all');

const VersionNumber = z
  .string()
  .regex(/^[1-9]\d{0,5}$/, 'must be a whole number from 1')
  .transform(Number);

const monthParams = z.strictObject({ month: Month });
const driverParams = z.strictObject({ month: Month, driverId: Id });
const versionQuery = { version: VersionNumber.optional() };
const scopeQuery = { scope: Scope, ...versionQuery };
/** A place of a board, or of a list of changes; 0 is the first. */
const Place = z.int().min(0);
/** Public answers have an ETag: a caller that sends it back gets 304 as long as nothing has changed. */
const cachedHeaders = { 'if-none-match': z.string().optional() };
const readCommon = { servedBy: 'rankings', body: z.undefined() } as const;

export const getRanking = endpoint({
  ...readCommon,
  route: 'GET /v1/rankings/{month}',
  summary: '月度榜单 · A month’s ranking; published ones need no token',
  roles: everyRole,
  public: true,
  params: monthParams,
  query: z.strictObject({ ...scopeQuery, ...pageQuery }),
  headers: cachedHeaders,
  /** The next place, and the version that the list began in: a list that began in a version stays in it. */
  cursor: z.tuple([Place, z.int().min(1).nullable()]),
  answers: { 200: RankingView, 304: z.undefined() },
  refusals: ['not-found', 'unauthenticated'],
});

export const getOwnRank = endpoint({
  ...readCommon,
  route: 'GET /v1/rankings/{month}/drivers/{driverId}',
  summary: '我的名次 · One driver’s rank, with two neighbours on each side',
  roles: ['driver', 'organizer'],
  params: driverParams,
  query: z.strictObject(scopeQuery),
  answers: { 200: OwnRankView },
  refusals: ['not-found'],
});

export const getProof = endpoint({
  ...readCommon,
  route: 'GET /v1/rankings/{month}/drivers/{driverId}/proof',
  summary: '名次证明 · What leads from one driver’s row to the published root',
  roles: ['driver', 'organizer'],
  params: driverParams,
  query: z.strictObject(versionQuery),
  answers: { 200: ProofView },
  refusals: ['not-found'],
});

export const listVersions = endpoint({
  ...readCommon,
  route: 'GET /v1/rankings/{month}/versions',
  summary: '榜单版本 · All versions, with what they are proved by and why they were corrected',
  roles: everyRole,
  public: true,
  params: monthParams,
  query: z.strictObject(pageQuery),
  headers: cachedHeaders,
  /** The last version of the page before. */
  cursor: Place,
  answers: { 200: Page(VersionView), 304: z.undefined() },
  refusals: ['unauthenticated'],
});

export const listChanges = endpoint({
  ...readCommon,
  route: 'GET /v1/rankings/{month}/versions/{version}/changes',
  summary: '更正明细 · The places that differ from the version before, by scope and place',
  roles: everyRole,
  public: true,
  params: z.strictObject({ month: Month, version: VersionNumber }),
  query: z.strictObject(pageQuery),
  headers: cachedHeaders,
  cursor: Place,
  answers: { 200: Page(ChangeView), 304: z.undefined() },
  refusals: ['not-found', 'unauthenticated'],
});

export const exportRanking = endpoint({
  ...readCommon,
  route: 'GET /v1/rankings/{month}/export',
  summary: '导出榜单 · A ranking as CSV, up to 10,000 rows; Link names the rest',
  roles: ['organizer'],
  params: monthParams,
  query: z.strictObject({
    ...scopeQuery,
    format: z.literal('csv').default('csv'),
    cursor: pageQuery.cursor,
  }),
  cursor: Place,
  answers: { 200: z.string() },
  media: ['text/csv'],
  refusals: ['not-found'],
});

export const getCertificates = endpoint({
  ...readCommon,
  route: 'GET /v1/rankings/{month}/certificates',
  summary: '荣誉证书 · Certificates of the first ten, to be printed',
  roles: ['organizer'],
  params: monthParams,
  query: z.strictObject(scopeQuery),
  answers: { 200: z.string() },
  media: ['text/html'],
  refusals: ['not-found', 'not-closed'],
});
