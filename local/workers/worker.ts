import { createRequire } from 'node:module';
import { constants, getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { installClock } from './local-date.ts';
import type { FromWorker, FunctionError, ToWorker, WorkerSetup } from './protocol.ts';

// Runs in a worker thread: loads one function's bundle and runs one invocation at a time.

type Handler = (event: unknown, context: object) => unknown;

const setup = workerData as WorkerSetup;
const port = parentPort;
if (port === null) throw new Error('this file runs in a worker thread');
const say = (message: FromWorker) => port.postMessage(message);

yieldToTheMainThread();
captureOutput(process.stdout);
captureOutput(process.stderr);
installClock(setup.sharedOffset);
const handler = loadHandler();
port.on('message', (task: ToWorker) => void invoke(task));
say({ kind: 'ready' });

/**
 * Many threads work, and one lets work in: where cores are short it goes first, so that whoever is refused is refused
 * at once. Linux alone has a priority for each thread.
 */
function yieldToTheMainThread(): void {
  const lower = constants.priority.PRIORITY_BELOW_NORMAL;
  if (process.platform === 'linux' && getPriority() < lower) setPriority(lower);
}

/** Sent at once, not collected: what a function wrote before it was killed is what one wants to read. */
function captureOutput(stream: NodeJS.WriteStream): void {
  stream.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
    say({ kind: 'log', text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString() });
    const callback = typeof encoding === 'function' ? encoding : done;
    if (typeof callback === 'function') queueMicrotask(() => callback());
    return true;
  }) as typeof stream.write;
}

function loadHandler(): Handler {
  const bundle: Record<string, unknown> = createRequire(setup.entry)(setup.entry);
  const found = bundle[setup.handler];
  if (typeof found !== 'function') throw new Error(`${setup.handler} is not a function of ${setup.entry}`);
  return found as Handler;
}

async function invoke({ requestId, event, deadlineMs }: ToWorker): Promise<void> {
  try {
    const result = await handler(JSON.parse(event), contextOf(requestId, performance.now() + deadlineMs));
    say({ kind: 'done', requestId, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    const described = describe(error);
    console.error(`${requestId} ERROR Invoke Error ${JSON.stringify(described)}`);
    say({ kind: 'failed', requestId, error: described });
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
