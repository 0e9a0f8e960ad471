import * as z from 'zod';
import { endpoint } from '../../kernel/endpoint.ts';
import { Month, Text } from '../../kernel/primitives.ts';
import { ChangeView, VersionView } from './ranking-views.ts';

const manageCommon = {
  servedBy: 'manage-rankings',
  roles: ['organizer'],
  params: z.strictObject({ month: Month }),
} as const;

export const closeRanking = endpoint({
  ...manageCommon,
  route: 'POST /v1/rankings/{month}/close',
  summary: '封存榜单 · Freeze version 1; again, the same',
  query: z.strictObject({ force: z.enum(['true', 'false']).optional() }),
  body: z.undefined(),
  answers: { 200: VersionView },
  refusals: ['month-not-over', 'events-pending', 'try-again'],
});

export const publishRanking = endpoint({
  ...manageCommon,
  route: 'POST /v1/rankings/{month}/publish',
  summary: '公布榜单 · Show the closed ranking to everybody',
  query: z.strictObject({}),
  body: z.undefined(),
  answers: { 200: VersionView },
  refusals: ['not-closed', 'objection-period', 'try-again'],
});

export const correctRanking = endpoint({
  ...manageCommon,
  route: 'POST /v1/rankings/{month}/corrections',
  summary: '更正榜单 · A new version from the entries as they are now',
  query: z.strictObject({}),
  body: z.strictObject({ reason: Text(200) }).meta({ examples: [{ reason: '撤销一项误记' }] }),
  answers: {
    200: VersionView.extend({ changes: z.array(ChangeView) }).meta({
      description: 'with the first hundred places that differ',
    }),
  },
  refusals: ['not-closed', 'not-published', 'try-again'],
});
