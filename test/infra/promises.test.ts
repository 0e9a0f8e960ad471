import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(`${root}docs/security.md`, 'utf8');
const promises = page.split('\n').filter(line => /^\| (?!promise|---)/.test(line));
const named = [...page.matchAll(/`(test\/[^`]+\.ts)` “([^”]+)”/g)].map(
  ([, file = '', title = '']) => [file, title] as const,
);

describe('docs/security.md', () => {
  it('names a test for each promise', () => {
    expect(promises.length).toBeGreaterThan(30);
    for (const promise of promises) expect(promise).toMatch(/`test\/[^`]+\.ts` “[^”]+”/);
    expect([...page.matchAll(/`test\/[^`]+\.ts`/g)].length).toBe(named.length + 1);
  });

  it.each(named)('%s has “%s”', (file, title) => {
    expect(existsSync(root + file), file).toBe(true);
    expect(readFileSync(root + file, 'utf8')).toContain(title);
  });
});

/** Everything of ours; what is installed, built or kept is not in the repository. */
const folders = ['.ci', '.github', 'demo', 'docs', 'functions', 'infra', 'shared', 'test', 'tools'];

describe('the repository', () => {
  it('holds nothing that looks like a key', () => {
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
