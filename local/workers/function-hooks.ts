import type { Outcome } from './function-pool.ts';

/** Lets fault tests change how functions are configured and invoked. The platform itself sets no hook. */
export interface FunctionHooks {
  /**
   * Returns the environment variables of a function, given its own: for example other addresses of the
   * services.
   */
  environment?(functionName: string, own: Record<string, string>): Record<string, string>;
  /**
   * Replaces an invocation. Calls `proceed` once to invoke normally, not at all, or several times. The
   * platform takes the result as the outcome of the invocation.
   */
  invoke?(functionName: string, event: string, proceed: Proceed): Promise<Outcome>;
}

/**
 * Invokes the function.
 *
 * @param abort terminates the function's worker: a running invocation ends like a time-out; after the
 *   invocation, the idle worker is terminated
 */
export type Proceed = (event: string, abort?: AbortSignal) => Promise<Outcome>;
