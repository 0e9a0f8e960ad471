import type { Database } from '../../shared/dynamo/client.ts';

/** One command on its way to the engine. */
export interface Sent {
  /** `TransactWriteItemsCommand`, … */
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface Result {
  output: Record<string, unknown>;
}

/** Stands between a database and its engine; what it does not change is the engine's own doing. */
export type Around = (sent: Sent, proceed: (input?: object) => Promise<Result>) => Promise<Result>;

/** @returns what takes it away again */
export function intercept(
  database: Database,
  around: Around,
  where: 'call' | 'attempt' = 'call',
): () => void {
  const name = `intercept-${Math.random()}`;
  const stack = database.client.middlewareStack as unknown as {
    add: (middleware: unknown, options: object) => void;
    remove: (name: string) => boolean;
  };
  const middleware =
    (next: (args: object) => Promise<Result>, context: { commandName?: string }) =>
    (args: { input: Record<string, unknown> }) =>
      around({ command: String(context.commandName), input: args.input }, input =>
        next(input ? { ...args, input } : args),
      );
  /** An attempt is one of several that the SDK makes of a call by itself. */
  const place =
    where === 'call'
      ? { step: 'initialize', priority: 'high' }
      : { step: 'finalizeRequest', priority: 'low' };
  stack.add(middleware, { ...place, name });
  return () => stack.remove(name);
}

export const faults = {
  /** The command never reached the engine. */
  'fails before it was carried out': async () => {
    throw named('InternalServerError');
  },
  /** It was carried out, and nobody heard. */
  'fails after it was carried out': async (_: Sent, proceed) => {
    await proceed();
    throw named('TimeoutError');
  },
} as const satisfies Record<string, Around>;

/** Lets the nth command go wrong, and counts them all. */
export function failNth(database: Database, nth: number, fault: Around, where?: 'call' | 'attempt') {
  const commands: string[] = [];
  const stop = intercept(
    database,
    (sent, proceed) => {
      commands.push(sent.command);
      return commands.length === nth ? fault(sent, proceed) : proceed();
    },
    where,
  );
  return { commands, stop };
}

/**
 * Holds writes back until so many have come, then lets them go in any order: all of them stand on the same reading
 * then, and nobody is first by having started first.
 */
export function meetBeforeWriting(
  database: Database,
  count: number,
  commands: readonly string[] = ['TransactWriteItemsCommand'],
): () => void {
  const waiting: (() => void)[] = [];
  let arrived = 0;
  return intercept(database, async ({ command }, proceed) => {
    if (!commands.includes(command)) return proceed();
    arrived += 1;
    if (arrived < count) await new Promise<void>(resolve => waiting.push(resolve));
    for (const go of waiting.splice(0).sort(() => Math.random() - 0.5)) go();
    return proceed();
  });
}

/** A transaction as DynamoDB refuses it where another holds one of its items; the embedded engine never does. */
export function refusedTransaction(codes: readonly string[]): Around {
  return async () => {
    throw Object.assign(named('TransactionCanceledException'), {
      CancellationReasons: codes.map(Code => ({ Code })),
    });
  };
}

export function named(name: string): Error {
  return Object.assign(new Error(`injected ${name}`), { name });
}
