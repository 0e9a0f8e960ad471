import * as z from 'zod';
import type { ResourceReader } from './resource-reader.ts';

const texts = z.union([z.string(), z.array(z.string())]).transform(value => [value].flat());

/**
 * Supports unconditional `Allow` statements only, because the local runtime evaluates neither `Deny` nor
 * conditions.
 */
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

export const readPolicy: ResourceReader = (draft, _context, properties) => {
  const { Roles: roles, PolicyDocument } = policyShape.parse(properties);
  const grants = PolicyDocument.Statement.map(({ Action: actions, Resource: resources }) => ({
    actions,
    resources,
  }));
  draft.policies.push({ roles, grants });
};
