import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBundles, bundleBytesMax, bundleFolder, functionNames } from '../../infra/bundles.ts';
import { makeApp } from '../../infra/synthesise.ts';
import { endpoints } from '../../shared/api/contract/endpoints.ts';

interface Resource {
  Type: string;
  DeletionPolicy?: string;
  Properties: Record<string, unknown>;
}
interface Statement {
  Action: string | string[];
  Resource: unknown;
}

const folders = [0, 1].map(() => mkdtempSync(`${tmpdir()}/nuanxin-synth-`));
const stacks = ['NuanxinState', 'NuanxinService'];
let resources: [string, Resource][];

beforeAll(async () => {
  process.env.CDK_VALIDATION = 'false'; // nag.test.ts validates
  await buildBundles();
  for (const folder of folders) makeApp(folder).synth();
  resources = stacks.flatMap(stack =>
    Object.entries(JSON.parse(template(0, stack)).Resources as Record<string, Resource>),
  );
}, 60_000);
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function template(run: number, stack: string): string {
  return readFileSync(`${folders[run]}/${stack}.template.json`, 'utf8');
}

function ofType(type: string): [string, Resource][] {
  return resources.filter(([, resource]) => resource.Type === type);
}

function statements(): Statement[] {
  return ofType('AWS::IAM::Policy').flatMap(
    ([, { Properties }]) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement,
  );
}

const actionsOf = ({ Action }: Statement) => [Action].flat();

describe('the template', () => {
  it('is the same bytes twice', () => {
    for (const stack of stacks) expect(template(1, stack)).toBe(template(0, stack));
  });

  it('keeps every table: point-in-time recovery, deletion protection, retained', () => {
    expect(ofType('AWS::DynamoDB::Table').length).toBeGreaterThan(0);
    for (const [, table] of ofType('AWS::DynamoDB::Table')) {
      expect(table.DeletionPolicy).toBe('Retain');
      expect(table.Properties).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    }
  });

  it('lets nobody change or delete an entry of the ledger, nor use a wildcard on tables or bus', () => {
    const forbidden = new Set([
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:*',
    ]);
    const onLedger = statements().filter(statement =>
      JSON.stringify(statement.Resource).includes('ledgertable'),
    );
    expect(onLedger.flatMap(actionsOf)).toContain('dynamodb:PutItem');
    expect(onLedger.flatMap(actionsOf).filter(action => forbidden.has(action))).toEqual([]);
    for (const statement of statements()) {
      for (const action of actionsOf(statement).filter(name => /^(dynamodb|events|sqs):/.test(name))) {
        expect(action).not.toContain('*');
      }
    }
  });

  it('lets no queue lose anything: dead letters or being them, and 14 days', () => {
    const queues = ofType('AWS::SQS::Queue');
    expect(queues.length).toBeGreaterThan(0);
    const inUse = JSON.stringify(resources);
    for (const [id, { Properties }] of queues) {
      expect(Properties.MessageRetentionPeriod).toBe(14 * 24 * 3600);
      const isDeadLetters = /deadletters/i.test(id) && inUse.includes(id);
      expect(isDeadLetters || Properties.RedrivePolicy !== undefined).toBe(true);
    }
  });

  it('asks for a token on every route that is not public', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(endpoints.map(({ route }) => route).sort());
    for (const { RouteKey, AuthorizationType } of routes) {
      const open = endpoints.find(({ route }) => route === RouteKey)?.public;
      expect(AuthorizationType).toBe(open ? 'NONE' : 'JWT');
    }
  });

  it('has a bundle of at most 450 kB for every function', () => {
    for (const name of functionNames()) {
      expect(statSync(`${bundleFolder(name)}/index.js`).size, name).toBeLessThanOrEqual(bundleBytesMax);
    }
  });
});
