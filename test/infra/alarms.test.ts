import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleFolder } from '../../infra/bundles.ts';
import { longestPauseMinutes } from '../../infra/constructs/schedule.ts';
import { publishesToBus } from '../../infra/functions/grants.ts';
import { type FunctionSpec, functionSpecs, identityFunctionSpecs } from '../../infra/functions/index.ts';
import { type Resource, synthesisedResources } from '../support/template.ts';

const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title);
const specs = Object.entries<FunctionSpec>({ ...functionSpecs, ...identityFunctionSpecs });

let resources: ReadonlyMap<string, Resource>;
beforeAll(async () => {
  resources = await synthesisedResources();
}, 60_000);

interface AlarmProperties {
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly unknown[];
  readonly TreatMissingData: string;
  readonly ComparisonOperator: string;
  readonly Period?: number;
  readonly EvaluationPeriods: number;
}

function ofType(type: string): [string, Resource][] {
  return [...resources].filter(([, resource]) => resource.Type === type);
}

function alarms(): AlarmProperties[] {
  return ofType('AWS::CloudWatch::Alarm').map(([, alarm]) => alarm.Properties as unknown as AlarmProperties);
}

/** The alarms on a metric of one resource. */
function alarmsOn(logicalId: string, metric: string): AlarmProperties[] {
  return alarms().filter(alarm => {
    const text = JSON.stringify(alarm);
    return text.includes(`"${logicalId}"`) && text.includes(`"${metric}"`);
  });
}

/** A function's logical id begins with its name, without dashes. */
function functionId(name: string): string {
  const start = `${name.replaceAll('-', '')}function`;
  const [id] = ofType('AWS::Lambda::Function').find(([logicalId]) => logicalId.startsWith(start)) ?? [];
  if (!id) throw new Error(`The templates have no function ${name}.`);
  return id;
}

describe('every alarm', () => {
  it('says what people notice, and names an existing section of the runbook', () => {
    expect(alarms().length).toBeGreaterThan(specs.length);
    for (const { AlarmDescription } of alarms()) {
      const [, impact = '', section] = /^(.+) → docs\/runbook\.md#(\S+)$/.exec(AlarmDescription) ?? [];
      expect(impact).toMatch(/^[A-Z].{25,}\.$/);
      expect(sections).toContain(section);
    }
  });

  it('is published to the alarm topic', () => {
    for (const { AlarmActions, AlarmDescription } of alarms()) {
      expect(AlarmActions, AlarmDescription).toHaveLength(1);
    }
  });

  it('is published only by alarms of this account', () => {
    const policies = ofType('AWS::SNS::TopicPolicy').concat(ofType('AWS::KMS::Key'));
    const statements = policies.flatMap(([, { Properties }]) => {
      const { PolicyDocument = {}, KeyPolicy = PolicyDocument } = Properties as Record<string, object>;
      return (KeyPolicy as { Statement: { Principal: { Service?: string }; Condition?: object }[] })
        .Statement;
    });
    const ofServices = statements.filter(({ Principal }) => Principal.Service);
    expect(ofServices).toHaveLength(2);
    for (const { Condition } of ofServices) {
      expect(Condition).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
    }
  });

  it('has a runbook section with meaning, checks and fix, and every section has an alarm', () => {
    const used = new Set(alarms().map(({ AlarmDescription }) => AlarmDescription.split('#')[1]));
    expect([...used].sort()).toEqual([...sections].sort());
    for (const text of runbook.split(/^## /m).slice(1)) {
      for (const part of ['**Meaning.**', '**Check.**', '**Fix.**']) expect(text).toContain(part);
    }
  });
});

describe('all alarms together', () => {
  it('alarm on every queue: on its first dead letter, or on the age of its waiting messages', () => {
    expect(ofType('AWS::SQS::Queue').length).toBeGreaterThan(2);
    for (const [id, { Properties }] of ofType('AWS::SQS::Queue')) {
      const metric = Properties.RedrivePolicy
        ? 'ApproximateAgeOfOldestMessage'
        : 'ApproximateNumberOfMessagesVisible';
      expect(alarmsOn(id, metric), id).toHaveLength(1);
    }
  });

  it('alarm on errors and throttles of every function', () => {
    for (const [name] of specs) {
      const id = functionId(name);
      expect(alarmsOn(id, 'Errors'), name).toHaveLength(1);
      expect(alarmsOn(id, 'Throttles'), name).toHaveLength(1);
    }
  });

  it('alarm even when every call of a function is throttled and Lambda reports no errors', () => {
    for (const [name, { refusalMetric }] of specs) {
      const [alarm] = alarmsOn(functionId(name), 'Throttles');
      const expressions = JSON.stringify(alarm).match(/FILL\((errors|throttles|refused), 0\)/g);
      expect(expressions, name).toHaveLength(refusalMetric ? 3 : 2);
    }
  });

  it('alarm on failures of issue-claims, but not on tokens that it refuses to unregistered callers', () => {
    const id = functionId('issue-claims');
    const [alarm] = alarmsOn(id, 'TokensRefused') as unknown as { Metrics: { Expression?: string }[] }[];
    expect(alarm?.Metrics.flatMap(({ Expression = [] }) => Expression)).toEqual([
      'FILL(errors, 0) + FILL(throttles, 0) - FILL(refused, 0)',
    ]);
    expect(readFileSync(`${bundleFolder('issue-claims')}/index.js`, 'utf8')).toContain('TokensRefused');
  });

  it('alarm on the age of every stream', () => {
    const followers = ofType('AWS::Lambda::EventSourceMapping').filter(
      ([, { Properties }]) => Properties.StartingPosition !== undefined,
    );
    expect(followers.length).toBeGreaterThan(1);
    for (const [, { Properties }] of followers) {
      const { Ref } = Properties.FunctionName as { Ref: string };
      expect(alarmsOn(Ref, 'IteratorAge'), Ref).toHaveLength(1);
    }
  });

  it('alarm on every schedule that does not run within its longest pause, also when the metric is missing', () => {
    const scheduled = specs.filter(([, { schedule }]) => schedule);
    expect(scheduled.length).toBeGreaterThan(2);
    expect(ofType('AWS::Scheduler::Schedule').length).toBeGreaterThanOrEqual(scheduled.length);
    for (const [, { Properties }] of ofType('AWS::Scheduler::Schedule')) {
      const { Target, ScheduleExpression } = Properties as {
        Target: { Arn: { 'Fn::GetAtt': [string, string] } };
        ScheduleExpression: string;
      };
      const [id] = Target.Arn['Fn::GetAtt'];
      const windows = alarmsOn(id, 'Invocations').map(alarm => {
        expect(alarm).toMatchObject({
          TreatMissingData: 'breaching',
          ComparisonOperator: 'LessThanThreshold',
        });
        return ((alarm.Period ?? 0) * alarm.EvaluationPeriods) / 60;
      });
      const pause = longestPauseMinutes(ScheduleExpression);
      expect(windows.some(window => window > pause && window <= pause + 120)).toBe(true);
    }
  });

  it('alarm on differing or unchecked books, a changed ledger, and a bus that rejects events', () => {
    expect(alarmsOn(functionId('reconcile'), 'ReconcileDifferences')).toHaveLength(1);
    expect(alarmsOn(functionId('reconcile'), 'ReconcileRunsFinished')).toHaveLength(1);
    expect(alarmsOn(functionId('publish-entries'), 'LedgerTampered')).toHaveLength(1);
    expect(alarmsOn(functionId('archive-entries'), 'LedgerTampered')).toHaveLength(1);
    for (const [name, { grants }] of specs) {
      if (grants.includes(publishesToBus))
        expect(alarmsOn(functionId(name), 'BusPutsFailed'), name).toHaveLength(1);
    }
  });
});

describe('longestPauseMinutes', () => {
  it.each([
    ['rate(1 minute)', 1],
    ['cron(30 3 * * ? *)', 24 * 60],
    ['cron(10,30,50 4-7 * * ? *)', 20 * 60 + 20],
    ['cron(0 2-23 3-31 * ? *)', 51 * 60],
    ['cron(0 2 3 * ? *)', 31 * 24 * 60],
  ])('returns the longest pause: %s, %i minutes', (expression, minutes) => {
    expect(longestPauseMinutes(expression)).toBe(minutes);
  });
});

describe('the dashboard', () => {
  const root = new URL('../../', import.meta.url);
  const code = ['functions', 'shared/runtime']
    .flatMap(folder => readdirSync(new URL(folder, root)).map(file => `${folder}/${file}`))
    .map(file => readFileSync(new URL(file, root), 'utf8'))
    .join('');

  it('shows only metrics that the code counts', () => {
    const shown = JSON.stringify(ofType('AWS::CloudWatch::Dashboard')).matchAll(/MetricName=\W+([A-Za-z]+)/g);
    const names = new Set([...shown].map(([, name]) => name));
    expect(names.size).toBeGreaterThan(20);
    expect([...names].filter(name => !code.includes(`'${name}'`))).toEqual([]);
  });
});
