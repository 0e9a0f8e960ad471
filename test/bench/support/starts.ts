import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface Started {
  readonly importMs: number;
  readonly importCpuMs: number;
  /** Milliseconds of each event, in order. */
  readonly laps: number[];
}

/** Environment variables that the functions require to load. */
const neededByAll = { AWS_REGION: 'local', ADJUSTMENT_POINTS_MAX: '1000' };
const starter = fileURLToPath(new URL('../peers/starter.ts', import.meta.url));

/** Loads a bundle in a new process and passes it the events one after the other. */
export async function startOnce(
  path: string,
  environment: Readonly<Record<string, string>> = {},
  events: readonly unknown[] = [],
): Promise<Started> {
  const env = { ...neededByAll, ...process.env, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, [starter, path, JSON.stringify(events)], {
    env,
    maxBuffer: 2 ** 24,
  });
  return JSON.parse(stdout) as Started;
}
