import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Meter } from '../dynamo/meter.ts';

/** Structured, and without personal data: request, event and driver ids at most. */
export const log = new Logger({ serviceName: 'nuanxin' });

const metrics = new Metrics({
  namespace: 'Nuanxin',
  serviceName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'local',
});
const meters: Meter[] = [];

/** Adds to a metric of the domain: awards, repeats, refusals. */
export function count(metric: string, value = 1): void {
  if (value !== 0) metrics.addMetric(metric, MetricUnit.Count, value);
}

/** How long something took, or lay; the metric shows its percentiles. */
export function lasted(metric: string, durationMs: number): void {
  metrics.addMetric(metric, MetricUnit.Milliseconds, durationMs);
}

/** Has a client's request units told with each invocation, so that cost is a number that somebody sees. */
export function reportMeter(meter: Meter): void {
  meters.push(meter);
}

/**
 * Of what the gateway hands on: the id that the caller is told, and that its own log has. Looked at by hand, for a
 * function that validates nothing else would carry 85 kB of a library for it.
 */
function requestIdOf(event: unknown): { requestId?: string } {
  const id = (event as { requestContext?: { requestId?: unknown } } | null)?.requestContext?.requestId;
  return typeof id === 'string' ? { requestId: id } : {};
}

/** Around every function: the log knows the request, and the metrics are written at its end, failed or not. */
export function observed(): MiddlewareObj<unknown, unknown, Error, Context> {
  const flush = () => {
    for (const meter of meters) {
      const { readUnits, writeUnits } = meter.total();
      count('ReadUnits', readUnits);
      count('WriteUnits', writeUnits);
      meter.reset();
    }
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  };
  return {
    before: ({ event, context }) =>
      log.appendKeys({ ...requestIdOf(event), invocationId: context.awsRequestId }),
    after: flush,
    onError: flush,
  };
}
