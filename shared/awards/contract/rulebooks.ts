import * as z from 'zod';
import { endpoint } from '../../kernel/endpoint.ts';
import { Id, Page, Points, pageQuery, Text, Time } from '../../kernel/primitives.ts';

const activitiesMax = 200;
const campaignsMax = 200;

/** A rulebook is stored as one item, of 400 kB at most. */
const rulebookBytesMax = 256 * 1024;

const Activity = z.strictObject({
  code: Id,
  name: Text(100),
  unit: z.enum(['hour', 'event']),
  points: Points,
  dailyCap: Points.optional(),
  attested: z
    .boolean()
    .optional()
    .meta({ description: 'Its events are pending until somebody attests them, for 14 days' }),
});

const Campaign = z
  .strictObject({
    id: Id,
    name: Text(100),
    from: Time,
    to: Time,
    multiplierPercent: z.int().min(1).max(10_000),
    activities: z.array(Id).min(1).max(activitiesMax),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
    path: ['to'],
    error: 'must lie after from',
  });

export const RulebookBody = z.strictObject({
  effectiveFrom: Time,
  monthlyCap: Points,
  activities: z
    .array(Activity)
    .min(1)
    .max(activitiesMax)
    .refine(all => distinct(all.map(({ code }) => code)), 'must not name a code twice'),
  campaigns: z
    .array(Campaign)
    .max(campaignsMax)
    .refine(all => distinct(all.map(({ id }) => id)), 'must not name an id twice'),
});
export type RulebookBody = z.infer<typeof RulebookBody>;

export const StoredRulebook = RulebookBody.extend({ version: z.int().min(1) }).meta({ id: 'Rulebook' });

function distinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

const versionParams = z.strictObject({
  version: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, 'must be a whole number from 1')
    .transform(Number),
});

const rulebookCommon = { servedBy: 'manage-program', roles: ['organizer'] } as const;

export const putRulebook = endpoint({
  ...rulebookCommon,
  route: 'PUT /v1/rulebooks/{version}',
  summary: '发布规则版本 · Store a rulebook; a stored one never changes',
  params: versionParams,
  query: z.strictObject({}),
  body: RulebookBody.refine(
    body => Buffer.byteLength(JSON.stringify(body)) <= rulebookBytesMax,
    `may have ${rulebookBytesMax} bytes`,
  ).meta({
    examples: [
      {
        effectiveFrom: '2026-03-01T00:00:00+08:00',
        monthlyCap: 500,
        activities: [
          { code: 'traffic-guidance', name: '交通文明劝导', unit: 'hour', points: 20, dailyCap: 80 },
          { code: 'hazard-report', name: '随手拍', unit: 'event', points: 5, attested: true },
        ],
        campaigns: [
          {
            id: 'spring',
            name: '学雷锋月',
            from: '2026-03-01T00:00:00+08:00',
            to: '2026-04-01T00:00:00+08:00',
            multiplierPercent: 150,
            activities: ['traffic-guidance'],
          },
        ],
      },
    ],
  }),
  answers: { 200: StoredRulebook, 201: StoredRulebook },
  refusals: ['invalid', 'rulebook-exists'],
});

export const listRulebooks = endpoint({
  ...rulebookCommon,
  route: 'GET /v1/rulebooks',
  summary: '规则版本列表 · All rulebooks, by version',
  params: z.strictObject({}),
  query: z.strictObject(pageQuery),
  /** The last version of the page before. */
  cursor: z.int().min(1),
  body: z.undefined(),
  answers: { 200: Page(StoredRulebook) },
  refusals: [],
});

export const getRulebook = endpoint({
  ...rulebookCommon,
  route: 'GET /v1/rulebooks/{version}',
  summary: '查询规则版本 · One rulebook',
  params: versionParams,
  query: z.strictObject({}),
  body: z.undefined(),
  answers: { 200: StoredRulebook },
  refusals: ['not-found'],
});
