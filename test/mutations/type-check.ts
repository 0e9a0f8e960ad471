import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Mutant, mutated } from './patterns/pattern.ts';

/**
 * Keeps the mutants that the type checker accepts. Checks many at once: mutants that do not touch each other go into
 * the copy together, and an error counts against the mutants of its line.
 */
export function acceptedByTypes(folder: string, mutants: readonly Mutant[]): Mutant[] {
  return batchesOf(mutants).flatMap(batch => {
    const byFile = Map.groupBy(batch, ({ file }) => file);
    const before = new Map([...byFile.keys()].map(file => [file, readFileSync(join(folder, file), 'utf8')]));
    for (const [file, own] of byFile) {
      const backwards = own.toSorted((a, b) => b.start - a.start);
      const text = backwards.reduce(mutated, before.get(file) ?? '');
      writeFileSync(join(folder, file), text);
    }
    try {
      const wrong = linesWithErrors(folder);
      return batch.filter(({ file, start, end }) => {
        const text = before.get(file) ?? '';
        const [first, last] = [start, end].map(at => text.slice(0, at).split('\n').length);
        return !wrong.some(one => one.file === file && one.line >= Number(first) && one.line <= Number(last));
      });
    } finally {
      for (const [file, text] of before) writeFileSync(join(folder, file), text);
    }
  });
}

/** Two mutants of one batch never overlap. */
function batchesOf(mutants: readonly Mutant[]): Mutant[][] {
  const batches: Mutant[][] = [];
  for (const mutant of mutants) {
    const free = batches.find(batch => batch.every(other => !overlap(mutant, other)));
    if (free) free.push(mutant);
    else batches.push([mutant]);
  }
  return batches;
}

function overlap(one: Mutant, other: Mutant): boolean {
  return one.file === other.file && one.start < other.end && other.start < one.end;
}

function linesWithErrors(folder: string): { file: string; line: number }[] {
  const { stdout } = spawnSync(join(folder, 'node_modules/.bin/tsc'), ['--noEmit', '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return [...stdout.matchAll(/^([^\s(]+)\((\d+),\d+\): error/gm)].map(([, file = '', line]) => ({
    file,
    line: Number(line),
  }));
}
