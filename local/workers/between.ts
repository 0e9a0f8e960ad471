import type { Outcome } from './function-pool.ts';

/**
 * What may stand between the platform and its functions, and between those and the services: tests of what goes wrong
 * put it there.
 */
export interface Between {
  /** What a function's environment becomes: the services at other addresses, say. */
  environment?(functionName: string, own: Record<string, string>): Record<string, string>;
  /** Hands an event to a function, once unless it is to be otherwise; the answer is what the platform then sees. */
  invoke?(functionName: string, event: string, proceed: Proceed): Promise<Outcome>;
}

/** @param end ends the function in the midst of its work, as its time limit does; later, the worker that did it */
export type Proceed = (event: string, end?: AbortSignal) => Promise<Outcome>;
