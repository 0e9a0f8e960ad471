import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { configs } from '../../infra/config.ts';
import { publishesToBus } from '../../infra/functions/grants.ts';
import { type FunctionSpec, functionSpecs } from '../../infra/functions/index.ts';
import { endpoints } from '../../shared/api/contract/endpoints.ts';
import { type TableShape, tables } from '../../shared/dynamo/tables.ts';
import { type Resource, synthesisedResources } from '../support/template.ts';

const privacy = readFileSync(new URL('../../docs/privacy.md', import.meta.url), 'utf8');

/** Compares the template of each stage with the numbers of its configuration. */
describe.each(['dev', 'prod'] as const)('%s', stage => {
  const { browserOrigins, throttle, logDays, busArchiveDays, entryArchiveLockDays } = configs[stage];
  let resources: ReadonlyMap<string, Resource>;
  beforeAll(async () => {
    resources = await synthesisedResources(configs[stage]);
  }, 60_000);

  function ofType(type: string): [string, Resource][] {
    return [...resources].filter(([, resource]) => resource.Type === type);
  }

  function theOnly(type: string): Resource {
    const [[, resource] = ['', undefined], ...others] = ofType(type);
    if (!resource || others.length > 0) throw new Error(`The templates have no or several ${type}.`);
    return resource;
  }

  it('allows cross-origin calls only from the configured origins', () => {
    const cors = theOnly('AWS::ApiGatewayV2::Api').Properties.CorsConfiguration as {
      AllowOrigins: string[];
      AllowHeaders: string[];
    };
    expect(browserOrigins.length).toBeGreaterThan(0);
    expect(cors.AllowOrigins).toEqual(browserOrigins);
    expect(cors.AllowOrigins.join()).not.toContain('*');
    expect(cors.AllowHeaders).toContain('authorization');
    expect(cors).not.toHaveProperty('AllowCredentials');
  });

  it('throttles every route, and more strictly the expensive routes and the one where codes could be guessed', () => {
    const { Properties } = theOnly('AWS::ApiGatewayV2::Stage');
    expect(Properties.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: throttle.ratePerSecond,
      ThrottlingBurstLimit: throttle.burst,
    });
    const limits = Properties.RouteSettings as Record<string, { ThrottlingRateLimit: number }>;
    expect(Object.keys(limits).sort()).toEqual(Object.keys(throttle.routes).sort());
    expect(Object.keys(limits)).toContain('POST /v1/redemptions/confirmations');
    for (const [route, { ThrottlingRateLimit }] of Object.entries(limits)) {
      expect(endpoints.map(endpoint => endpoint.route)).toContain(route);
      expect(ThrottlingRateLimit).toBeLessThan(throttle.ratePerSecond);
    }
  });

  it('creates each throttled route before the stage that throttles it', () => {
    const stageResource = theOnly('AWS::ApiGatewayV2::Stage') as Resource & { DependsOn?: string[] };
    const routeIds = ofType('AWS::ApiGatewayV2::Route')
      .filter(([, { Properties }]) => String(Properties.RouteKey) in throttle.routes)
      .map(([id]) => id);
    expect(routeIds).toHaveLength(Object.keys(throttle.routes).length);
    expect(stageResource.DependsOn).toEqual(expect.arrayContaining(routeIds));
  });

  it('logs id, route and status of each request, but no body, address, claim or path', () => {
    const settings = theOnly('AWS::ApiGatewayV2::Stage').Properties.AccessLogSettings as { Format: string };
    const fields = Object.values(JSON.parse(settings.Format) as Record<string, string>);
    expect(fields).toEqual(
      expect.arrayContaining(['$context.requestId', '$context.routeKey', '$context.status']),
    );
    expect(settings.Format).not.toMatch(/sourceIp|userAgent|\$context\.path|body|claims/i);
  });

  it('denies PutEvents on the bus to every role but those of functions with publishesToBus', () => {
    const { Statement, EventBusName } = theOnly('AWS::Events::EventBusPolicy').Properties as {
      Statement: {
        Effect: string;
        Principal: unknown;
        Action: unknown;
        Resource: unknown;
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': unknown[] } };
      };
      EventBusName: unknown;
    };
    const [[bus] = ['']] = ofType('AWS::Events::EventBus');
    expect(JSON.stringify([EventBusName, Statement.Resource])).toMatch(new RegExp(`${bus}.*${bus}.*Arn`));
    const publishers = Object.entries<FunctionSpec>(functionSpecs).flatMap(([name, spec]) =>
      spec.grants.includes(publishesToBus) ? [name.replaceAll('-', '')] : [],
    );
    expect(publishers).toContain('receiveevents');
    const roles = Statement.Condition.ArnNotEquals['aws:PrincipalArn'].map(
      arn => /"Fn::GetAtt":\["([a-z]+)role[0-9A-F]{8}","Arn"\]/.exec(JSON.stringify(arn))?.[1],
    );
    expect(roles.sort()).toEqual(publishers.sort());
    expect(Statement).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'events:PutEvents',
      // An AWS service, such as a replay from the archive, acts without a role and is exempt.
      Condition: { Bool: { 'aws:PrincipalIsAWSService': 'false' } },
    });
    expect(Object.keys(Statement.Condition).sort()).toEqual(['ArnNotEquals', 'Bool']);
  });

  it('keeps logs, bus events, archived entries and messages for as long as docs/privacy.md says', () => {
    const days = { logs: logDays, bus: busArchiveDays, years: entryArchiveLockDays };
    const logs = ofType('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties.RetentionInDays);
    expect(logs.length).toBeGreaterThan(20);
    expect(new Set(logs)).toEqual(new Set([days.logs]));
    expect(theOnly('AWS::Events::Archive').Properties.RetentionDays).toBe(days.bus);
    const { Rule } = theOnly('AWS::S3::Bucket').Properties.ObjectLockConfiguration as {
      Rule: { DefaultRetention: object };
    };
    expect(Rule.DefaultRetention).toEqual({ Mode: 'COMPLIANCE', Days: days.years });
    for (const [, { Properties }] of ofType('AWS::SQS::Queue')) {
      expect(Properties.MessageRetentionPeriod).toBe(14 * 24 * 3600);
    }
    const said =
      stage === 'dev' ? [`dev: ${days.logs}`, `dev: ${days.bus}`] : [`${days.logs} days`, `${days.bus} days`];
    said.push(stage === 'dev' ? `dev: ${days.years} day` : `${days.years / 365} years`, '14 days');
    for (const words of said) expect(privacy).toContain(words);
  });

  it('has a TTL on exactly the tables whose shape names an expiry attribute', () => {
    const dropping = ofType('AWS::DynamoDB::Table').flatMap(([id, { Properties }]) =>
      Properties.TimeToLiveSpecification ? [id.replace(/table[0-9A-F]{8}$/, '')] : [],
    );
    const shapes = Object.entries<TableShape>(tables);
    expect(dropping).toEqual(shapes.flatMap(([name, shape]) => (shape.expiresAtAttribute ? [name] : [])));
    expect(dropping).toContain('evidence');
  });
});
