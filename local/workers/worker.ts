import { createRequire } from 'node:module';
import { constants, getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { installClock } from './install-clock.ts';
import type { FromWorker, FunctionError, ToWorker, WorkerSetup } from './protocol.ts';

// Entry of a worker thread: loads the bundle of one function and runs one invocation at a time.

type Handler = (event: unknown, context: object) => unknown;

const setup = workerData as WorkerSetup;
const port = parentPort;
if (port === null) throw new Error('worker.ts must be started as a worker thread');
const send = (message: FromWorker) => port.postMessage(message);

lowerThreadPriority();
captureOutput(process.stdout);
captureOutput(process.stderr);
installClock(setup.sharedOffset);
const handler = loadHandler();
port.on('message', (task: ToWorker) => void invoke(task));
send({ kind: 'ready' });

/**
 * Gives this thread a lower priority than the main thread, which accepts all requests: when cores are scarce,
 * it can still refuse excess requests at once. Only Linux has a priority per thread.
 */
function lowerThreadPriority(): void {
  const lower = constants.priority.PRIORITY_BELOW_NORMAL;
  if (process.platform === 'linux' && getPriority() < lower) setPriority(lower);
}

/** Sends output at once, without buffering, so that the last lines before a crash are in the log. */
function captureOutput(stream: NodeJS.WriteStream): void {
  stream.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
    send({ kind: 'log', text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString() });
    const callback = typeof encoding === 'function' ? encoding : done;
    if (typeof callback === 'function') queueMicrotask(() => callback());
    return true;
  }) as typeof stream.write;
}

function loadHandler(): Handler {
  const bundle: Record<string, unknown> = createRequire(setup.entry)(setup.entry);
  const found = bundle[setup.handler];
  if (typeof found !== 'function') throw new Error(`${setup.entry} exports no function ${setup.handler}`);
  return found as Handler;
}

async function invoke({ requestId, event, deadlineMs }: ToWorker): Promise<void> {
  try {
    const result = await handler(JSON.parse(event), contextOf(requestId, performance.now() + deadlineMs));
    send({ kind: 'done', requestId, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    const described = describe(error);
    console.error(`${requestId} ERROR Invoke Error ${JSON.stringify(described)}`);
    send({ kind: 'failed', requestId, error: described });
  }
}

function contextOf(requestId: string, deadline: number): object {
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: setup.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: setup.functionArn,
    logGroupName: `/aws/lambda/${setup.functionName}`,
    logStreamName: 'local',
    memoryLimitInMB: String(setup.memoryMb),
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  };
}

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: 'string', errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
}
