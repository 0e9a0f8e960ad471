import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { endpoints } from '../../shared/api/contract/endpoints.ts';
import { pages, readPage, root } from './pages.ts';

/** Files that a run or a reader makes. */
const notInTheTree = /^(dist|\.data|DATA_DIR|node_modules)\//;

describe.each(pages)('%s', page => {
  const text = readPage(page);

  it('links only to files and headings that exist', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const local = links.filter(target => !/^(https?:|mailto:)/.test(target));
    expect(local.filter(target => !leadsSomewhere(target, page))).toEqual([]);
  });

  it('names only files and folders that exist', () => {
    const named = [...text.matchAll(/`((?:[\w.@-]+\/)+[\w.@-]*|[\w-]+\.(?:md|json))`/g)].map(
      ([, path = '']) => path,
    );
    const missing = named.filter(path => looksLikeOurs(path) && !exists(path, page));
    expect(missing).toEqual([]);
  });
});

describe('docs/contract.md', () => {
  const contract = readPage('docs/contract.md');

  it.each(endpoints.map(({ route }) => route))('describes %s', route => {
    expect(contract.includes(`\`${route}\``)).toBe(true);
  });

  it('names no route that does not exist', () => {
    const routes = new Set<string>(endpoints.map(({ route }) => route));
    const named = [...contract.matchAll(/`((?:GET|PUT|POST|DELETE) \/v1\/[^`?]+)/g)].map(
      ([, route = '']) => route,
    );
    expect(named.filter(route => !routes.has(route))).toEqual([]);
  });
});

describe('docs/README.md', () => {
  it('lists every page of docs', () => {
    const index = readPage('docs/README.md');
    const names = readdirSync(`${root}docs`).filter(name => name.endsWith('.md') && name !== 'README.md');
    expect(names.filter(name => !index.includes(`(${name})`))).toEqual([]);
  });
});

describe('docs/adr/README.md', () => {
  it('lists every decision', () => {
    const index = readPage('docs/adr/README.md');
    const names = readdirSync(`${root}docs/adr`).filter(name => /^\d/.test(name));
    expect(names.filter(name => !index.includes(`(${name})`))).toEqual([]);
  });
});

describe('the code', () => {
  it('cites only pages that exist', () => {
    const cited = sourceFiles().flatMap(file =>
      [...readPage(file).matchAll(/(?<![\w/.-])((?:docs\/)(?:[\w-]+\/)*[\w-]+\.md|[A-Z]{3,}\.md)\b/g)].map(
        ([, page = '']) => ({ file, page }),
      ),
    );
    expect(cited.length).toBeGreaterThan(10);
    expect(cited.filter(({ page }) => !existsSync(join(root, page)))).toEqual([]);
  });
});

describe('README.md', () => {
  it('has at most 130 lines', () => {
    expect(readPage('README.md').split('\n').length).toBeLessThanOrEqual(131);
  });
});

const folders = readdirSync(root, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(entry => entry.name);

function sourceFiles(): string[] {
  return ['demo', 'functions', 'infra', 'local', 'shared', 'test', 'tools'].flatMap(folder =>
    readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .map(name => `${folder}/${name}`),
  );
}

/** A path that starts with a folder of the repository, or with one of this page's own. */
function looksLikeOurs(path: string): boolean {
  const [first = ''] = path.split('/');
  return !notInTheTree.test(path) && folders.includes(first);
}

function exists(path: string, page: string): boolean {
  return existsSync(join(root, path)) || existsSync(normalize(join(root, dirname(page), path)));
}

function leadsSomewhere(target: string, page: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(root, file))) return false;
  return anchor === undefined || anchorsOf(readPage(file)).has(anchor);
}

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(page: string): Set<string> {
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map(text =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    ),
  );
}
