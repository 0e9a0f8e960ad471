import { region } from '../template/intrinsics.ts';
import type { FunctionModel } from '../template/model.ts';
import type { FunctionHooks, Proceed } from './function-hooks.ts';
import { FunctionLog } from './function-log.ts';
import { FunctionPool, type Outcome } from './function-pool.ts';
import type { Metrics } from './metrics.ts';

/** How functions run and which endpoints they use. */
export interface FunctionSettings {
  /** Folder of the unpacked bundle that a function's `Code.S3Key` names. */
  assetFolder(s3Key: string): string;
  logFolder: string;
  awsEndpoint: string;
  dynamoDbEndpoint: string;
  /**
   * Access key with which a function signs its requests. It identifies the function where permissions are
   * checked.
   */
  accessKeyId(functionName: string): string;
  /** Most concurrent workers of one function. */
  concurrencyMax: number;
  hooks: FunctionHooks;
}

export interface FunctionsOptions extends FunctionSettings {
  models: Map<string, FunctionModel>;
  sharedOffset: SharedArrayBuffer;
  metrics: Metrics;
  /** Called after every invocation, because its writes may be work for stream consumers. */
  onInvoked(): void;
}

/** All functions of the templates. */
export class Functions {
  readonly #pools = new Map<string, FunctionPool>();
  readonly #logs: FunctionLog[] = [];
  readonly #options: FunctionsOptions;

  constructor(options: FunctionsOptions) {
    this.#options = options;
    for (const model of options.models.values()) {
      const log = new FunctionLog(options.logFolder, model.name, options.metrics);
      this.#logs.push(log);
      const environment = environmentOf(model, options);
      const pool = new FunctionPool({
        model,
        folder: options.assetFolder(model.s3Key),
        environment: options.hooks.environment?.(model.name, environment) ?? environment,
        sharedOffset: options.sharedOffset,
        concurrencyMax: options.concurrencyMax,
        onLog: text => log.write(text),
      });
      this.#pools.set(model.name, pool);
    }
  }

  /** Most concurrent invocations of the function. */
  concurrency(name: string): number {
    return this.#pool(name).concurrency;
  }

  /** Invokes a function with an event in JSON. Never rejects: see FunctionPool. */
  async invoke(name: string, event: string): Promise<Outcome> {
    const pool = this.#pools.get(name);
    // The data folder may hold deliveries for a function that an earlier version of the app had.
    if (pool === undefined)
      return failedBy('ResourceNotFoundException', `the templates define no function ${name}`);
    const proceed: Proceed = (passed, abort) => pool.invoke(passed, abort);
    const outcome = await (this.#options.hooks.invoke?.(name, event, proceed) ?? proceed(event));
    this.#options.metrics.countInvocation(name, outcome);
    this.#options.onInvoked();
    return outcome;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map(pool => pool.close()));
    for (const log of this.#logs) log.close();
  }

  #pool(name: string): FunctionPool {
    const pool = this.#pools.get(name);
    if (pool === undefined) throw new Error(`the templates define no function ${name}`);
    return pool;
  }
}

function failedBy(errorType: string, errorMessage: string): Outcome {
  return { ok: false, error: { errorType, errorMessage } };
}

/** The environment variables that Lambda sets, and none of the platform's own environment. */
function environmentOf(model: FunctionModel, options: FunctionsOptions): Record<string, string> {
  return {
    _HANDLER: model.handler,
    AWS_ACCESS_KEY_ID: options.accessKeyId(model.name),
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: options.awsEndpoint,
    AWS_ENDPOINT_URL_DYNAMODB: options.dynamoDbEndpoint,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(model.memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: model.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${model.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_REGION: region,
    AWS_SECRET_ACCESS_KEY: 'local',
    LAMBDA_TASK_ROOT: options.assetFolder(model.s3Key),
    TZ: ':UTC',
    ...model.environment,
  };
}
