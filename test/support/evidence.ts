import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commit } from './commit.ts';

/** Where `bench`, `faults`, `fuzz` and `mutations` write what they found. Git ignores it; CI keeps it as an artifact. */
export const evidenceFolder = fileURLToPath(new URL('../../dist/evidence', import.meta.url));

/** When, from which commit and on which machine a result was made. */
export interface Origin {
  readonly date: string;
  readonly commit: string;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
}

export function originOf(now = new Date()): Origin {
  return {
    date: now.toISOString().slice(0, 10),
    commit: commit(),
    node: process.versions.node,
    cpu: (cpus()[0]?.model ?? 'unknown').replace(/\s+/g, ' ').trim(),
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
  };
}

export function originAsText({ date, commit, node, cpu, cores, memoryGb }: Origin): string {
  return `${date}, ${commit}, Node ${node}, ${cores} cores of ${cpu}, ${memoryGb} GB`;
}

/**
 * Writes `<name>.json` for programs and `<name>.md` for people.
 *
 * @returns both paths, relative to the working directory, in one line
 */
export function writeEvidence(folder: string, name: string, record: unknown, page: string): string {
  const target = resolve(folder);
  mkdirSync(target, { recursive: true });
  const [json, markdown] = [join(target, `${name}.json`), join(target, `${name}.md`)];
  writeFileSync(json, `${JSON.stringify(record, null, 2)}\n`);
  writeFileSync(markdown, `${page.trim()}\n`);
  return `${relative('', json)} and ${relative('', markdown)}`;
}

/** A Markdown table; the first row is the head. */
export function markdownTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
