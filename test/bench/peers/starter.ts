import { createRequire } from 'node:module';
import { context } from '../../support/call.ts';

/** Starts a function as Lambda does: a new process requires the bundle and handles events. Prints the times as JSON. */
const [bundle = '', events = '[]'] = process.argv.slice(2);
const [write, quiet] = [process.stdout.write.bind(process.stdout), () => true];
process.stdout.write = quiet as typeof process.stdout.write;

const cpu = process.cpuUsage();
const start = performance.now();
const { handler } = createRequire(import.meta.url)(bundle);
const importMs = performance.now() - start;
const { user, system } = process.cpuUsage(cpu);
const importCpuMs = (user + system) / 1000;

const laps: number[] = [];
for (const event of JSON.parse(events)) {
  const begun = performance.now();
  const answer = await handler(event, context());
  laps.push(performance.now() - begun);
  if (answer?.statusCode >= 400 || answer?.batchItemFailures?.length > 0)
    throw new Error(JSON.stringify(answer));
}
write(`${JSON.stringify({ importMs, importCpuMs, laps })}\n`);
process.exit(0);
