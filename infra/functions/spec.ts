import type { TableName } from '../../shared/dynamo/tables.ts';
import type { Config } from '../config.ts';
import type { RunbookSection } from '../constructs/alarm.ts';
import type { Grant } from './grants.ts';

/** Everything that the stack needs to deploy one function. Its code is functions/<name>.ts. */
export interface FunctionSpec {
  /** What the function does, for operators. It becomes the function's description. */
  readonly purpose: string;
  /** What people notice when the function fails. Its alarms begin with this text. */
  readonly ifItFails: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Everything that the function may touch. It always may write its own log. */
  readonly grants: readonly Grant[];
  /** The queue whose messages invoke the function. */
  readonly worksOn?: 'award-queue';
  /** The table whose stream invokes the function. */
  readonly follows?: TableName;
  /**
   * When EventBridge Scheduler invokes the function: `cron(…)` or `rate(…)` in the Asia/Shanghai time zone.
   */
  readonly schedule?: string | ((config: Config) => string);
  /** A second schedule, named `<function>-continue`, that resumes a run which did not finish. */
  readonly continueSchedule?: string;
  /** Alarms besides those on errors, throttles, the stream's age and a schedule that did not run. */
  readonly alarms?: readonly MetricAlarm[];
  /** Counts the requests that the function refuses by throwing. The alarm on errors subtracts them. */
  readonly refusalMetric?: string;
}

/** An alarm on a metric that the function itself counts. */
export type MetricAlarm =
  | { readonly above0: string; readonly runbook: RunbookSection; readonly impact: string }
  | { readonly missing: string; readonly forHours: number; readonly runbook: RunbookSection };

/** Memory and timeout of a function that answers ordinary HTTP requests. */
export const http = { memoryMb: 512, timeoutSeconds: 10 } as const;
