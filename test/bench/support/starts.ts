import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface Started {
  readonly importMs: number;
  readonly importCpuMs: number;
  /** Milliseconds of each event, the first one first. */
  readonly laps: number[];
}

/** What the functions will not be loaded without. */
const neededByAll = { AWS_REGION: 'local', ADJUSTMENT_POINTS_MAX: '1000' };
const starter = fileURLToPath(new URL('../peers/starter.ts', import.meta.url));

/** Loads a bundle in a process of its own and gives it these events, one after the other. */
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
