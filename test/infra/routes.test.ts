import { beforeAll, describe, expect, it } from 'vitest';
import { functionSpecs } from '../../infra/functions/index.ts';
import { endpoints } from '../../shared/api/contract/endpoints.ts';
import { problems } from '../../shared/kernel/problems.ts';
import { AwsDouble } from '../support/aws-double.ts';
import { call } from '../support/call.ts';
import { freshDatabase, useEnvironment } from '../support/database.ts';

const aws = new AwsDouble();

beforeAll(async () => {
  await aws.start();
  useEnvironment(await freshDatabase());
  Object.assign(process.env, { ADJUSTMENT_POINTS_MAX: '1000', TOKEN_ISSUER: 'http://127.0.0.1:1' });
  await aws.stop();
});

describe.each(endpoints.map(endpoint => [endpoint.route, endpoint] as const))('%s', (route, endpoint) => {
  it('is served by its function, which answers 401 without a token unless the route is public', async () => {
    expect(Object.keys(functionSpecs)).toContain(endpoint.servedBy);
    const { handler } = await import(`../../functions/${endpoint.servedBy}.ts`);
    const { status } = await call(handler, { route });
    if (endpoint.public) expect(status).not.toBe(404);
    else expect(status).toBe(401);
  });

  it('accepts a missing body when an empty object is valid', () => {
    if (endpoint.body.safeParse({}).success) expect(endpoint.body.safeParse(undefined).success).toBe(true);
  });

  it('lists only refusals that have a status', () => {
    for (const code of endpoint.refusals) expect(problems).toHaveProperty(code);
  });
});
