import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { endpoints } from '../../shared/api/contract/endpoints.ts';
import { openApiDocument } from '../../shared/api/contract/openapi.ts';
import { type Endpoint, roles } from '../../shared/kernel/endpoint.ts';
import { problems } from '../../shared/kernel/problems.ts';

const document = JSON.parse(JSON.stringify(openApiDocument(endpoints)));
const described = endpoints.map(endpoint => [endpoint.route, endpoint] as const);

function operationOf({ route }: Endpoint) {
  const [method = '', path = ''] = route.split(' ');
  return document.paths[path]?.[method.toLowerCase()];
}

describe('the description of the API', () => {
  it('has no finding of the strict rules of a linter, among them that examples fit their schemas', async () => {
    const config = await createConfig({ extends: ['recommended-strict'] });
    const source = JSON.stringify(document);
    const findings = await lintFromString({ source, absoluteRef: 'openapi.json', config });
    const words = findings.map(({ ruleId, message, location: [where] }) => [ruleId, message, where?.pointer]);
    expect(words).toEqual([]);
  });

  it('is checked by that linter: an example that does not fit is found', async () => {
    const broken = structuredClone(document);
    broken.components.schemas.VolunteerEvent.examples[0].minutes = 'ninety';
    const config = await createConfig({ extends: ['recommended-strict'] });
    const source = JSON.stringify(broken);
    const findings = await lintFromString({ source, absoluteRef: 'openapi.json', config });
    expect(findings.map(({ ruleId }) => ruleId)).toContain('no-invalid-schema-examples');
  });

  it('has every route, and no other', () => {
    const routes = Object.entries<object>(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map(method => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.sort()).toEqual(endpoints.map(({ route }) => route).sort());
  });

  it.each(described)('%s: says who may call, and every problem that is named', (_route, endpoint) => {
    const { security, responses } = operationOf(endpoint);
    const asked = endpoint.roles.map(role => ({ token: [roles[role].scope] }));
    expect(security).toEqual(endpoint.public ? [{}, ...asked] : asked);
    for (const code of endpoint.refusals) {
      expect(responses[problems[code].status].description).toContain(`\`${code}\``);
    }
  });

  it.each(described.filter(([, { public: open, roles: allowed }]) => open && allowed.length > 0))(
    '%s: needs no token, and so takes one of any role',
    (_route, { roles: allowed }) => expect([...allowed].sort()).toEqual(Object.keys(roles).sort()),
  );

  it.each(described.filter(([, { body }]) => !(body instanceof z.ZodUndefined)))(
    '%s: shows a body that the platform takes',
    (_route, endpoint) => {
      const { required, content } = operationOf(endpoint).requestBody;
      expect(required).toBe(!endpoint.body.safeParse(undefined).success);
      const { schema } = content['application/json'];
      const takesNothing = endpoint.body.safeParse({}).success;
      const examples: unknown[] = schema.examples ?? (takesNothing ? [{}] : []);
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) expect(endpoint.body.safeParse(example).error).toBeUndefined();
    },
  );
});
