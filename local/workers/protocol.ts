/** What the platform and a worker thread say to each other. Events and answers travel as JSON, as to Lambda. */
export interface WorkerSetup {
  entry: string;
  handler: string;
  sharedOffset: SharedArrayBuffer;
  functionName: string;
  functionArn: string;
  memoryMb: number;
}

export type ToWorker = { requestId: string; event: string; deadlineMs: number };

export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'log'; text: string }
  | { kind: 'done'; requestId: string; payload: string }
  | { kind: 'failed'; requestId: string; error: FunctionError };

/** As Lambda shows an error to the caller of a function. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}
