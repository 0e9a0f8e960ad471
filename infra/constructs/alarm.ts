import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** The sections of docs/runbook.md: one for each kind of alarm. */
export type RunbookSection =
  | 'dead-letters'
  | 'events-wait'
  | 'stream-is-behind'
  | 'function-fails'
  | 'schedule-did-not-run'
  | 'requests-fail'
  | 'books-differ'
  | 'books-not-checked'
  | 'ledger-tampered'
  | 'bus-refuses'
  | 'month-not-closed';

export interface AlarmProps {
  /** What people notice while the alarm lasts. The person on duty reads this first. */
  readonly impact: string;
  /** The section with the checks and the fix. */
  readonly runbook: RunbookSection;
  readonly metric: cloudwatch.IMetric;
  /** Alarms above a value, or below one. With `below`, a missing metric is an alarm too. */
  readonly when: { readonly above: number } | { readonly below: number };
  /** How many successive periods of the metric must be above or below. */
  readonly periods?: number;
}

/** An alarm whose description says what people notice, and which section of the runbook has the fix. */
export class Alarm extends cloudwatch.Alarm {
  constructor(scope: Construct, id: string, { impact, runbook, metric, when, periods = 1 }: AlarmProps) {
    const isAbove = 'above' in when;
    super(scope, id, {
      alarmDescription: `${impact} → docs/runbook.md#${runbook}`,
      metric,
      threshold: isAbove ? when.above : when.below,
      comparisonOperator: isAbove
        ? cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
        : cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
      treatMissingData: isAbove
        ? cloudwatch.TreatMissingData.NOT_BREACHING
        : cloudwatch.TreatMissingData.BREACHING,
    });
  }
}

/**
 * A metric that a function counts. shared/runtime/observe.ts writes it with the function's name as its
 * dimension.
 */
export function domainMetric(name: string, functionName: string, period = Duration.minutes(5)) {
  return new cloudwatch.Metric({
    namespace: 'Nuanxin',
    metricName: name,
    dimensionsMap: { service: functionName },
    statistic: cloudwatch.Stats.SUM,
    period,
  });
}
