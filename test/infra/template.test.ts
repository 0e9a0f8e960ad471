import { statSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleBytesMax, bundleFolder, functionNames } from '../../infra/bundles.ts';
import { configs } from '../../infra/config.ts';
import { endpoints } from '../../shared/api/contract/endpoints.ts';
import { type Resource, type SynthesisedStack, synthesisedStacks } from '../support/template.ts';

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

let first: ReadonlyMap<string, SynthesisedStack>;
let second: ReadonlyMap<string, SynthesisedStack>;
let resources: [string, Resource][];

beforeAll(async () => {
  first = await synthesisedStacks(configs.dev);
  second = await synthesisedStacks(configs.dev);
  resources = [...first.values()].flatMap(({ Resources }) => Object.entries(Resources));
}, 60_000);

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
  it('has the same bytes in every synthesis', () => {
    expect([...first.keys()]).toEqual(['NuanxinService', 'NuanxinState']);
    for (const [stack, { text }] of first) expect(second.get(stack)?.text, stack).toBe(text);
  });

  it('protects every table: point-in-time recovery, deletion protection, kept when the stack is deleted', () => {
    expect(ofType('AWS::DynamoDB::Table').length).toBeGreaterThan(0);
    for (const [, table] of ofType('AWS::DynamoDB::Table')) {
      expect(table.DeletionPolicy).toBe('Retain');
      expect(table.Properties).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    }
  });

  it('lets no function change or delete a ledger entry, and grants no wildcard on tables, bus or queues', () => {
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

  it('gives every work queue a dead-letter queue, and keeps messages for 14 days', () => {
    const queues = ofType('AWS::SQS::Queue');
    expect(queues.length).toBeGreaterThan(0);
    const inUse = JSON.stringify(resources);
    for (const [id, { Properties }] of queues) {
      expect(Properties.MessageRetentionPeriod).toBe(14 * 24 * 3600);
      const isDeadLetters = /deadletters/i.test(id) && inUse.includes(id);
      expect(isDeadLetters || Properties.RedrivePolicy !== undefined).toBe(true);
    }
  });

  it('requires a token on every route that is not public', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(endpoints.map(({ route }) => route).sort());
    for (const { RouteKey, AuthorizationType } of routes) {
      const isPublic = endpoints.find(({ route }) => route === RouteKey)?.public;
      expect(AuthorizationType).toBe(isPublic ? 'NONE' : 'JWT');
    }
  });

  it('has a bundle of at most 450 kB for every function', () => {
    for (const name of functionNames()) {
      expect(statSync(`${bundleFolder(name)}/index.js`).size, name).toBeLessThanOrEqual(bundleBytesMax);
    }
  });
});
