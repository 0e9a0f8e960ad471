import { Duration, TimeZone } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as targets from 'aws-cdk-lib/aws-scheduler-targets';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { nextRun } from '../schedule-expression.ts';
import { Alarm } from './alarm.ts';
import { deadLetterQueue } from './work-queue.ts';

export interface ScheduledRunProps {
  /** Name of the schedule, which the function finds as `schedule` in its event. */
  readonly name: string;
  /** `cron(…)` or `rate(…)` as EventBridge Scheduler writes them, by the clock of Asia/Shanghai. */
  readonly expression: string;
  readonly target: lambda.IFunction;
  /** What people notice when it does not run. */
  readonly impact: string;
}

/** A run that can't be started within this time is told by its dead letter; the next one does its work besides. */
const runAgeMax = Duration.hours(1);
const retriesMax = 10;

/** Runs a function by the clock, again where it could not be started, and keeps a dead letter of what never ran. */
export class ScheduledRun extends Construct {
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, { name, expression, target, impact }: ScheduledRunProps) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'dead-letters', impact);
    new scheduler.Schedule(this, 'schedule', {
      schedule: scheduler.ScheduleExpression.expression(expression, TimeZone.ASIA_SHANGHAI),
      target: new targets.LambdaInvoke(target, {
        input: scheduler.ScheduleTargetInput.fromObject({ schedule: name }),
        retryAttempts: retriesMax,
        maxEventAge: runAgeMax,
        deadLetterQueue: this.deadLetters,
      }),
    });
    const { period, periods } = silence(longestPauseMinutes(expression));
    new Alarm(this, 'did-not-run', {
      impact,
      runbook: 'schedule-did-not-run',
      metric: target.metricInvocations({ statistic: Stats.SUM, period }),
      when: { below: 1 },
      periods,
    });
  }
}

/** From here on the pauses of a schedule are looked at: a fixed date, so that each synthesis gives the same. */
const lookFrom = new Date('2026-01-01T00:00:00+08:00');
const runsLookedAt = 1000;

const pauses = new Map<string, number>();

/** The longest time between two successive runs, over the next thousand runs. Cached: a cron takes a second. */
export function longestPauseMinutes(expression: string): number {
  const known = pauses.get(expression);
  const pause = known ?? computeLongestPause(expression);
  pauses.set(expression, pause);
  return pause;
}

function computeLongestPause(expression: string): number {
  let longestMs = 0;
  let before = nextRun(expression, TimeZone.ASIA_SHANGHAI.timezoneName, lookFrom);
  for (let run = 0; run < runsLookedAt && before; run += 1) {
    const after = nextRun(expression, TimeZone.ASIA_SHANGHAI.timezoneName, before);
    if (after) longestMs = Math.max(longestMs, after.getTime() - before.getTime());
    before = after;
  }
  return longestMs / 60_000;
}

/** CloudWatch looks back over seven days at most. */
const pauseMaxMinutes = 6 * 24 * 60;

/** Periods of silence that are longer than the pause: of five minutes or of hours, as CloudWatch can look back. */
function silence(pauseMinutes: number): { period: Duration; periods: number } {
  if (pauseMinutes > pauseMaxMinutes)
    throw new Error('it pauses for too long to be watched: run it more often');
  const periodMinutes = pauseMinutes <= 30 ? 5 : 60;
  return { period: Duration.minutes(periodMinutes), periods: Math.ceil(pauseMinutes / periodMinutes) + 1 };
}
