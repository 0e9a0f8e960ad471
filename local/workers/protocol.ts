// Messages between the platform and a worker thread. Events and results are JSON, as for Lambda.

/** Start parameters of a worker. */
export interface WorkerSetup {
  entry: string;
  handler: string;
  sharedOffset: SharedArrayBuffer;
  functionName: string;
  functionArn: string;
  memoryMb: number;
}

/** Requests one invocation. */
export type ToWorker = { requestId: string; event: string; deadlineMs: number };

export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'log'; text: string }
  | { kind: 'done'; requestId: string; payload: string }
  | { kind: 'failed'; requestId: string; error: FunctionError };

/** An error in the form in which Lambda returns it to the caller of a function. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}
