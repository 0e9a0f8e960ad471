import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export function readPage(path: string): string {
  return readFileSync(root + path, 'utf8');
}

/** Paths of the pages that this repository shows to its readers, relative to its root. */
export const pages: readonly string[] = [
  ...readdirSync(root).filter(name => name.endsWith('.md')),
  ...readdirSync(`${root}docs`, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
];

export interface ShellBlock {
  /** The level 2 heading above the block. */
  readonly heading: string;
  readonly script: string;
}

/** The blocks fenced as `sh`, in order. */
export function shellBlocks(page: string): ShellBlock[] {
  const parts = `\n${page}`.split('\n## ').slice(1);
  return parts.flatMap(part => {
    const heading = part.slice(0, part.indexOf('\n'));
    return [...part.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, script = '']) => ({ heading, script }));
  });
}
