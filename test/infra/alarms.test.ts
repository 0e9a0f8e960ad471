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

/** Alarms on a metric of one thing, told by its logical id. */
function alarmsOn(logicalId: string, metric: string): AlarmProperties[] {
  return alarms().filter(alarm => {
    const text = JSON.stringify(alarm);
    return text.includes(`"${logicalId}"`) && text.includes(`"${metric}"`);
  });
}

/** The function of this name: its logical id begins with the name, without its dashes. */
function functionId(name: string): string {
  const start = `${name.replaceAll('-', '')}function`;
  const [id] = ofType('AWS::Lambda::Function').find(([logicalId]) => logicalId.startsWith(start)) ?? [];
  if (!id) throw new Error(`there is no function ${name}`);
  return id;
}

describe('every alarm', () => {
  it('says what it means for people, and leads to a section of the runbook that there is', () => {
    expect(alarms().length).toBeGreaterThan(specs.length);
    for (const { AlarmDescription } of alarms()) {
      const [, impact = '', section] = /^(.+) → docs\/runbook\.md#(\S+)$/.exec(AlarmDescription) ?? [];
      expect(impact).toMatch(/^[A-Z].{25,}\.$/);
      expect(sections).toContain(section);
    }
  });

  it('is told to somebody', () => {
    for (const { AlarmActions, AlarmDescription } of alarms()) {
      expect(AlarmActions, AlarmDescription).toHaveLength(1);
    }
  });

  it('is told by the alarms of this account and by nobody else', () => {
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

  it('has a section that says what, how to look and how to mend, and no section is left over', () => {
    const used = new Set(alarms().map(({ AlarmDescription }) => AlarmDescription.split('#')[1]));
    expect([...used].sort()).toEqual([...sections].sort());
    for (const text of runbook.split(/^## /m).slice(1)) {
      for (const part of ['**For people.**', '**Look.**', '**Mend.**']) expect(text).toContain(part);
    }
  });
});

describe('there is an alarm', () => {
  it('on every queue: on dead letters as soon as there is one, on work that waits', () => {
    expect(ofType('AWS::SQS::Queue').length).toBeGreaterThan(2);
    for (const [id, { Properties }] of ofType('AWS::SQS::Queue')) {
      const metric = Properties.RedrivePolicy
        ? 'ApproximateAgeOfOldestMessage'
        : 'ApproximateNumberOfMessagesVisible';
      expect(alarmsOn(id, metric), id).toHaveLength(1);
    }
  });

  it('on errors and throttles of every function', () => {
    for (const [name] of specs) {
      const id = functionId(name);
      expect(alarmsOn(id, 'Errors'), name).toHaveLength(1);
      expect(alarmsOn(id, 'Throttles'), name).toHaveLength(1);
    }
  });

  it('where every call of a function is throttled, though then nothing tells a number of errors', () => {
    for (const [name, { refusalMetric }] of specs) {
      const [alarm] = alarmsOn(functionId(name), 'Throttles');
      const expressions = JSON.stringify(alarm).match(/FILL\((errors|throttles|refused), 0\)/g);
      expect(expressions, name).toHaveLength(refusalMetric ? 3 : 2);
    }
  });

  it('on tokens that are not signed, and none where one is refused to whom nobody has registered', () => {
    const id = functionId('issue-claims');
    const [alarm] = alarmsOn(id, 'TokensRefused') as unknown as { Metrics: { Expression?: string }[] }[];
    expect(alarm?.Metrics.flatMap(({ Expression = [] }) => Expression)).toEqual([
      'FILL(errors, 0) + FILL(throttles, 0) - FILL(refused, 0)',
    ]);
    expect(readFileSync(`${bundleFolder('issue-claims')}/index.js`, 'utf8')).toContain('TokensRefused');
  });

  it('on the age of every stream', () => {
    const followers = ofType('AWS::Lambda::EventSourceMapping').filter(
      ([, { Properties }]) => Properties.StartingPosition !== undefined,
    );
    expect(followers.length).toBeGreaterThan(1);
    for (const [, { Properties }] of followers) {
      const { Ref } = Properties.FunctionName as { Ref: string };
      expect(alarmsOn(Ref, 'IteratorAge'), Ref).toHaveLength(1);
    }
  });

  it('on every schedule that did not run, for longer than it ever pauses, and silence is an alarm', () => {
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

  it('on books that differ or are not checked, a ledger that was changed, and a bus that refuses', () => {
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

describe('the longest pause of a schedule', () => {
  it.each([
    ['rate(1 minute)', 1],
    ['cron(30 3 * * ? *)', 24 * 60],
    ['cron(10,30,50 4-7 * * ? *)', 20 * 60 + 20],
    ['cron(0 2-23 3-31 * ? *)', 51 * 60],
    ['cron(0 2 3 * ? *)', 31 * 24 * 60],
  ])('%s is %i minutes', (expression, minutes) => {
    expect(longestPauseMinutes(expression)).toBe(minutes);
  });
});

describe('the dashboard', () => {
  const root = new URL('../../', import.meta.url);
  const code = ['functions', 'shared/runtime']
    .flatMap(folder => readdirSync(new URL(folder, root)).map(file => `${folder}/${file}`))
    .map(file => readFileSync(new URL(file, root), 'utf8'))
    .join('');

  it('shows nothing that nobody counts', () => {
    const shown = JSON.stringify(ofType('AWS::CloudWatch::Dashboard')).matchAll(/MetricName=\W+([A-Za-z]+)/g);
    const names = new Set([...shown].map(([, name]) => name));
    expect(names.size).toBeGreaterThan(20);
    expect([...names].filter(name => !code.includes(`'${name}'`))).toEqual([]);
  });
});
