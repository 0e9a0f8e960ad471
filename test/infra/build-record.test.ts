import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BuildRecord, lastBuild, recordBuild } from '../../infra/build-record.ts';

const metafile: Metafile = {
  inputs: { 'entry.ts': { bytes: 1, imports: [] }, '(disabled):crypto': { bytes: 0, imports: [] } },
  outputs: { 'index.js': { bytes: 1, inputs: {}, imports: [], exports: [] } },
};
let root: string;
let record: BuildRecord;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nuanxin-record-'));
  record = { root, file: 'made.json', settings: { minify: true } };
  writeFileSync(join(root, 'entry.ts'), 'let a');
  writeFileSync(join(root, 'index.js'), 'a');
});
afterEach(() => rmSync(root, { recursive: true }));

describe('what was built', () => {
  it('is unknown before the first build', () => {
    expect(lastBuild(record)).toBeUndefined();
  });

  it('is unknown where its record is broken', () => {
    writeFileSync(join(root, record.file), '{"digest":');
    expect(lastBuild(record)).toBeUndefined();
  });

  it('stands while nothing has changed', () => {
    recordBuild(record, metafile);
    expect(lastBuild(record)).toEqual(metafile);
  });

  it.each(['entry.ts', 'index.js'])('does not stand when %s is another', file => {
    recordBuild(record, metafile);
    writeFileSync(join(root, file), 'b');
    expect(lastBuild(record)).toBeUndefined();
  });

  it.each(['entry.ts', 'index.js'])('does not stand when %s is gone', file => {
    recordBuild(record, metafile);
    rmSync(join(root, file));
    expect(lastBuild(record)).toBeUndefined();
  });

  it('does not stand under other settings', () => {
    recordBuild(record, metafile);
    expect(lastBuild({ ...record, settings: { minify: false } })).toBeUndefined();
  });
});
