import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, type Metafile, stop } from 'esbuild';
import { buildBundles, bundleBytesMax, bundleOptionsAt, entryPointsAt, functionNames } from './bundles.ts';
import { writeAtomically } from './write-atomically.ts';

/**
 * `npm run bundle-sizes [-- --base <git ref>]`: prints the size of each function's bundle and its growth
 * since the base commit, or since the last run. It only reports; the limit of each bundle is checked by `npm
 * test`. In a GitHub workflow the table also goes to the summary of the job.
 */

export type Sizes = Readonly<Record<string, number>>;

const root = fileURLToPath(new URL('..', import.meta.url));
const recordFile = `${root}dist/bundle-sizes.json`;

/** A Markdown table of bytes, the largest bundle first. */
export function sizeTable(now: Sizes, before: Sizes | undefined): string {
  const names = [...new Set([...Object.keys(now), ...Object.keys(before ?? {})])];
  const rows = names
    .toSorted((a, b) => (now[b] ?? 0) - (now[a] ?? 0))
    .map(name => [name, bytes(now[name]), growth(now[name], before?.[name], before), room(now[name])]);
  return [['function', 'bytes', 'growth', 'room below the limit'], ['---', '---:', '---:', '---:'], ...rows]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function bytes(count: number | undefined): string {
  return count === undefined ? 'removed' : count.toLocaleString('en');
}

function growth(now: number | undefined, before: number | undefined, all: Sizes | undefined): string {
  if (all === undefined) return 'unknown';
  if (now === undefined) return '';
  if (before === undefined) return 'new';
  if (now === before) return '0';
  const percent = ((100 * (now - before)) / before).toFixed(1);
  return `${(now - before).toLocaleString('en', { signDisplay: 'always' })} (${percent} %)`;
}

function room(now: number | undefined): string {
  return now === undefined ? '' : (bundleBytesMax - now).toLocaleString('en');
}

function sizesIn({ outputs }: Metafile): Sizes {
  const sizes = Object.entries(outputs).map(([path, { bytes }]) => [path.split('/').at(-2), bytes]);
  return Object.fromEntries(sizes);
}

/** Bundles the functions of another commit with the packages that are installed now. */
async function sizesAt(ref: string): Promise<Sizes> {
  const folder = `${mkdtempSync(`${tmpdir()}/nuanxin-base-`)}/`;
  try {
    const files = execFileSync('git', ['archive', ref], { cwd: root, maxBuffer: 1 << 30 });
    execFileSync('tar', ['-x', '-C', folder], { input: files });
    symlinkSync(`${root}node_modules`, `${folder}node_modules`);
    const { metafile } = await build({
      entryPoints: entryPointsAt(folder, functionNames(folder)),
      outdir: `${folder}dist/functions`,
      ...bundleOptionsAt(folder),
      metafile: true,
      write: false,
    });
    return sizesIn(metafile);
  } finally {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function lastRecorded(): Sizes | undefined {
  return existsSync(recordFile) ? JSON.parse(readFileSync(recordFile, 'utf8')) : undefined;
}

async function main(): Promise<void> {
  const { base } = parseArgs({ options: { base: { type: 'string' } } }).values;
  const now = sizesIn(await buildBundles());
  const before = base ? await sizesAt(base) : lastRecorded();
  const since = base ? `since ${base}` : 'since the last run';
  const report = `Bundle sizes, and growth ${since}\n\n${sizeTable(now, before)}\n`;
  console.log(report);
  const summary = process.env.GITHUB_STEP_SUMMARY;
  if (summary) appendFileSync(summary, `## ${report}`);
  writeAtomically(recordFile, Buffer.from(JSON.stringify(now)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
