import * as z from 'zod';
import type { Reader } from './draft.ts';

const texts = z.union([z.string(), z.array(z.string())]).transform(value => [value].flat());

/** Only what is granted: what a policy denies, or allows under a condition, nobody here could tell. */
const policyShape = z.object({
  Roles: z.array(z.string()),
  PolicyDocument: z.object({
    Statement: z.array(
      z.strictObject({
        Effect: z.literal('Allow'),
        Action: texts,
        Resource: texts,
        Sid: z.string().optional(),
      }),
    ),
  }),
});

export const readPolicy: Reader = (draft, _context, properties) => {
  const { Roles: roles, PolicyDocument } = policyShape.parse(properties);
  const grants = PolicyDocument.Statement.map(({ Action: actions, Resource: resources }) => ({
    actions,
    resources,
  }));
  draft.policies.push({ roles, grants });
};
