import * as z from 'zod';
import { parsedJson } from '../common/parsed-json.ts';

/** The fields of a line in CloudWatch's embedded metric format (EMF) that the sums need. */
const embedded = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string().optional() })),
      }),
    ),
  }),
});

export interface MetricSum {
  function: string;
  namespace: string;
  metric: string;
  dimensions: Record<string, string>;
  unit: string;
  sum: number;
  count: number;
}

export interface InvocationCounts {
  invocations: number;
  errors: number;
  timeouts: number;
}

/**
 * Sums of the metrics that functions print, and counts of their invocations, since the start of the platform.
 */
export class Metrics {
  readonly #sums = new Map<string, MetricSum>();
  readonly #counts = new Map<string, InvocationCounts>();

  /** Adds the metrics of a line of output. Ignores lines that are not in EMF. */
  readLine(functionName: string, line: string): void {
    if (!line.includes('"_aws"')) return;
    const parsed = embedded.safeParse(parsedJson(line));
    if (!parsed.success) return;
    for (const directive of parsed.data._aws.CloudWatchMetrics) {
      for (const names of directive.Dimensions.length === 0 ? [[]] : directive.Dimensions) {
        const dimensions = Object.fromEntries(names.map(name => [name, String(parsed.data[name])]));
        for (const { Name, Unit } of directive.Metrics) {
          const base = { function: functionName, namespace: directive.Namespace, metric: Name, dimensions };
          this.#add(base, Unit ?? 'None', [parsed.data[Name]].flat());
        }
      }
    }
  }

  #add(base: Omit<MetricSum, 'unit' | 'sum' | 'count'>, unit: string, values: unknown[]): void {
    const key = JSON.stringify(base);
    const total = this.#sums.get(key) ?? { ...base, unit, sum: 0, count: 0 };
    for (const value of values) {
      if (typeof value !== 'number') continue;
      total.sum += value;
      total.count += 1;
    }
    this.#sums.set(key, total);
  }

  countInvocation(functionName: string, result: { ok: boolean; timedOut?: boolean }): void {
    const counts = this.#counts.get(functionName) ?? { invocations: 0, errors: 0, timeouts: 0 };
    counts.invocations += 1;
    if (!result.ok) counts.errors += 1;
    if (result.timedOut === true) counts.timeouts += 1;
    this.#counts.set(functionName, counts);
  }

  snapshot(): { functions: Record<string, InvocationCounts>; metrics: MetricSum[] } {
    return { functions: Object.fromEntries(this.#counts), metrics: [...this.#sums.values()] };
  }
}
