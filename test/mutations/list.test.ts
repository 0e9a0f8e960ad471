import { existsSync, readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { paths, readRecord, withFound } from './docs.ts';
import { mutations } from './list.ts';
import { mutated } from './mutation.ts';
import { survivors } from './survivors.ts';

describe('the list of mutations', () => {
  it.each(mutations.map(one => [one.file, one.breaks, one] as const))(
    'breaks %s: %s',
    (file, _, mutation) => {
      const text = readFileSync(file, 'utf8');
      const broken = mutated(text, mutation);
      expect(broken).not.toBe(text);
      expect(() => transformSync(broken, { loader: 'ts' })).not.toThrow();
      expect(mutation.tests.filter(test => !existsSync(test))).toEqual([]);
    },
  );

  it('names each once', () => {
    const names = mutations.map(({ file, breaks }) => `${file}: ${breaks}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('explains no survivor whose place is gone', () => {
    const gone = survivors.filter(({ file, was }) => !readFileSync(file, 'utf8').includes(was));
    expect(gone).toEqual([]);
  });

  it.each([paths.page, paths.readme])('and the page says what docs/mutations.json holds: %s', path => {
    const page = readFileSync(path, 'utf8');
    expect(withFound(page, readRecord())).toBe(page);
  });
});
