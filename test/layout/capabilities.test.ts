import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const shared = fileURLToPath(new URL('../../shared', import.meta.url));

/**
 * The capabilities that each folder of shared/ may import. All may import kernel and dynamo; dynamo imports kernel
 * alone. Lint checks the layers inside (biome.json); docs/architecture.md says what each folder is for.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  dynamo: [],
  audit: [],
  ledger: [],
  program: ['audit'],
  people: ['audit', 'ledger'],
  redemptions: ['audit', 'ledger', 'program'],
  awards: ['audit', 'ledger', 'people', 'redemptions'],
  statements: ['redemptions'],
  ranking: ['audit', 'ledger', 'people'],
  adjustments: ['audit', 'ledger', 'people', 'redemptions'],
  wallet: ['ledger', 'people', 'redemptions'],
  privacy: ['audit', 'awards', 'ledger', 'people', 'ranking', 'redemptions'],
  reconcile: ['ledger', 'ranking', 'redemptions'],
  /** Lists the endpoints of all capabilities. */
  api: [
    ...['adjustments', 'awards', 'people', 'program', 'ranking', 'reconcile', 'redemptions', 'statements'],
    'wallet',
  ],
  /** Wraps every function, and opens the stores that several functions need. */
  runtime: ['awards', 'redemptions'],
};
const everyone = ['kernel', 'dynamo'];

/** What the files of each folder import from other folders of shared/. */
function actualImports(): Map<string, Set<string>> {
  const files = readdirSync(shared, { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('.ts'),
  );
  const imports = new Map<string, Set<string>>();
  for (const file of files) {
    const [folder = ''] = file.split('/');
    const found = imports.get(folder) ?? new Set();
    imports.set(folder, found);
    for (const [, path = ''] of readFileSync(join(shared, file), 'utf8').matchAll(/from '(\.[^']+)'/g)) {
      const [target = ''] = normalize(join(file, '..', path)).split('/');
      if (target !== folder) found.add(target);
    }
  }
  return imports;
}

describe('the folders of shared/', () => {
  const actual = actualImports();

  it('are all on the list of what may be imported', () => {
    expect(Object.keys(mayImport).sort()).toEqual([...actual.keys()].sort());
  });

  it.each(Object.entries(mayImport))('%s imports only what it may import', (folder, allowed) => {
    const open = folder === 'kernel' ? [] : [...allowed, ...everyone];
    expect([...(actual.get(folder) ?? [])].filter(target => !open.includes(target))).toEqual([]);
  });

  it.each(Object.entries(mayImport))('%s uses every permission to import', (folder, allowed) => {
    expect(allowed.filter(target => !actual.get(folder)?.has(target))).toEqual([]);
  });

  it('form no circle', () => {
    const placed = new Set<string>();
    for (;;) {
      const next = Object.keys(mayImport).filter(
        folder => !placed.has(folder) && mayImport[folder]?.every(target => placed.has(target)),
      );
      if (next.length === 0) break;
      for (const folder of next) placed.add(folder);
    }
    expect(Object.keys(mayImport).filter(folder => !placed.has(folder))).toEqual([]);
  });
});
