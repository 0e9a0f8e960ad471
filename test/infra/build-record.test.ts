import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BuildRecord, recordBuild, upToDateBuild } from '../../infra/build-record.ts';

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

describe('a build', () => {
  it('is not up to date before the first build', () => {
    expect(upToDateBuild(record)).toBeUndefined();
  });

  it('is not up to date when its record is broken', () => {
    writeFileSync(join(root, record.file), '{"digest":');
    expect(upToDateBuild(record)).toBeUndefined();
  });

  it('is up to date while its inputs, outputs and settings are unchanged', () => {
    recordBuild(record, metafile);
    expect(upToDateBuild(record)).toEqual(metafile);
  });

  it.each(['entry.ts', 'index.js'])('is not up to date after %s has changed', file => {
    recordBuild(record, metafile);
    writeFileSync(join(root, file), 'b');
    expect(upToDateBuild(record)).toBeUndefined();
  });

  it.each(['entry.ts', 'index.js'])('is not up to date after %s was removed', file => {
    recordBuild(record, metafile);
    rmSync(join(root, file));
    expect(upToDateBuild(record)).toBeUndefined();
  });

  it('is not up to date for other settings', () => {
    recordBuild(record, metafile);
    expect(upToDateBuild({ ...record, settings: { minify: false } })).toBeUndefined();
  });
});
