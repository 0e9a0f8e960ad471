import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(`${root}docs/security.md`, 'utf8');
const promises = page.split('\n').filter(line => /^\| (?!promise|---)/.test(line));
const named = [...new Set([...page.matchAll(/`(test\/[^`]+\.ts)`/g)].map(([, file = '']) => file))];

describe('docs/security.md', () => {
  it('names for each promise how it is kept and the file of its test', () => {
    expect(promises.length).toBeGreaterThan(30);
    for (const promise of promises) {
      const [, what = '', how = '', test = ''] = promise.split(/\s*\|\s*/);
      expect(what).toMatch(/\.$/);
      expect(how, what).not.toBe('');
      expect(test, what).toMatch(/`test\/[^`]+\.ts`/);
    }
  });

  it.each(named)('names a test that exists: %s', file => {
    expect(readFileSync(root + file, 'utf8')).toMatch(/\b(it|test)(\.\w+)*\(/);
  });
});

/** The folders with our own files. Installed, built and stored files are not in the repository. */
const folders = ['.ci', '.github', 'demo', 'docs', 'functions', 'infra', 'local', 'shared', 'test', 'tools'];

describe('the repository', () => {
  it('contains nothing that looks like a key', () => {
    const files = folders
      .flatMap(folder => readdirSync(root + folder, { recursive: true, withFileTypes: true }))
      .filter(entry => entry.isFile())
      .map(entry => `${entry.parentPath}/${entry.name}`);
    expect(files.length).toBeGreaterThan(300);
    const keys =
      /\b(AKIA|ASIA)[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{36}|\bxox[abp]-\d|\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\./;
    expect(files.filter(file => keys.test(readFileSync(file, 'utf8')))).toEqual([]);
    expect(readFileSync(`${root}.gitignore`, 'utf8')).toContain('.data');
  });
});
