import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** Sections of docs/runbook.md; there is one for each kind of alarm. */
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
  /** What people lose or notice while it lasts: the first thing that somebody reads who is woken by it. */
  readonly impact: string;
  /** Where it stands how to look and how to mend. */
  readonly runbook: RunbookSection;
  readonly metric: cloudwatch.IMetric;
  /** It alarms above a value, or below one: then silence is an alarm, too. */
  readonly when: { readonly above: number } | { readonly below: number };
  /** For so many periods of the metric in a row. */
  readonly periods?: number;
}

/** An alarm that says what its cause costs people, and where it is said how to mend it. */
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

/** A number of the domain that a function counts: shared/runtime/observe.ts writes it under the function's name. */
export function domainMetric(name: string, functionName: string, period = Duration.minutes(5)) {
  return new cloudwatch.Metric({
    namespace: 'Nuanxin',
    metricName: name,
    dimensionsMap: { service: functionName },
    statistic: cloudwatch.Stats.SUM,
    period,
  });
}
