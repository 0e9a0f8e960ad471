import * as z from 'zod';
import { roles } from '../../kernel/endpoint.ts';

/** Name of the resource server: a user pool writes scopes as `server/scope`. */
export const resourceServer = 'nuanxin';
export const organizersGroup = 'organizers';
export const poolScopes = Object.values(roles).map(({ scope }) => `${resourceServer}/${scope}`);

/** What a user pool asks before it signs a token: event version 3 of the pre-token-generation trigger. */
export const TokenRequest = z.looseObject({
  version: z.literal('3'),
  triggerSource: z.string(),
  callerContext: z.looseObject({ clientId: z.string().min(1) }),
  request: z.looseObject({
    userAttributes: z.looseObject({ sub: z.string().optional() }).nullish(),
    groupConfiguration: z.looseObject({ groupsToOverride: z.array(z.string()).nullish() }).nullish(),
  }),
});
export type TokenRequest = z.infer<typeof TokenRequest>;

/** Triggers of tokens for machines, which have no user behind them. */
export const machineTrigger = 'TokenGeneration_ClientCredentials';
