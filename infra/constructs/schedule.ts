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
  /** The name of the schedule. The function gets it as `schedule` in its event. */
  readonly name: string;
  /** `cron(…)` or `rate(…)` of EventBridge Scheduler, in the Asia/Shanghai time zone. */
  readonly expression: string;
  readonly target: lambda.IFunction;
  /** What people notice when the function does not run. */
  readonly impact: string;
}

/** A run that cannot start within an hour becomes a dead letter. The next run does its work as well. */
const runAgeMax = Duration.hours(1);
const retriesMax = 10;

/** Invokes a function on a schedule, with retries, a dead-letter queue, and an alarm when it does not run. */
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

/**
 * The pauses of a schedule are computed from this fixed date, so that every synthesis gives the same
 * template.
 */
const firstDay = new Date('2026-01-01T00:00:00+08:00');
const runsCompared = 1000;

const pauses = new Map<string, number>();

/**
 * The longest time between two successive runs, over the next thousand runs. Cached: a cron takes a second.
 */
export function longestPauseMinutes(expression: string): number {
  const known = pauses.get(expression);
  const pause = known ?? computeLongestPause(expression);
  pauses.set(expression, pause);
  return pause;
}

function computeLongestPause(expression: string): number {
  let longestMs = 0;
  let before = nextRun(expression, TimeZone.ASIA_SHANGHAI.timezoneName, firstDay);
  for (let run = 0; run < runsCompared && before; run += 1) {
    const after = nextRun(expression, TimeZone.ASIA_SHANGHAI.timezoneName, before);
    if (after) longestMs = Math.max(longestMs, after.getTime() - before.getTime());
    before = after;
  }
  return longestMs / 60_000;
}

/** An alarm can cover at most seven days. */
const pauseMaxMinutes = 6 * 24 * 60;

/** The shortest alarm window that is longer than the pause, in periods of five minutes or of an hour. */
function silence(pauseMinutes: number): { period: Duration; periods: number } {
  if (pauseMinutes > pauseMaxMinutes)
    throw new Error(
      'No alarm can cover this pause, which is longer than six days. Run the schedule more often.',
    );
  const periodMinutes = pauseMinutes <= 30 ? 5 : 60;
  return { period: Duration.minutes(periodMinutes), periods: Math.ceil(pauseMinutes / periodMinutes) + 1 };
}
