import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const outFolder = `${root}dist/functions`;

/**
 * How a function is bundled. CommonJS, for it starts faster than ES modules; `module` before `main`, so that what is
 * not used of the SDK can be left out.
 */
export const bundleOptions = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  alias: { '@aws-sdk/credential-provider-node': `${root}infra/lambda-credentials.ts` },
  charset: 'utf8', // Chinese is half as long
  legalComments: 'none',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/**
 * Bundles every function in one go, into dist/functions/<name>/index.js. The same bundles run locally, in the tests
 * and in Lambda.
 *
 * @returns what each bundle holds, by its path from here
 */
export async function buildBundles(): Promise<Metafile> {
  const names = functionNames();
  const { outputFiles, metafile } = await build({
    entryPoints: Object.fromEntries(names.map(name => [`${name}/index`, `${root}functions/${name}.ts`])),
    outdir: outFolder,
    ...bundleOptions,
    metafile: true,
    write: false,
  });
  for (const { path, contents } of outputFiles) writeWhole(path, contents);
  return metafile;
}

export function functionNames(): string[] {
  return readdirSync(`${root}functions`)
    .filter(file => file.endsWith('.ts'))
    .map(file => file.slice(0, -'.ts'.length));
}

export function bundleFolder(name: string): string {
  return `${outFolder}/${name}`;
}

/** Others may be reading the same bundle just now: it is left alone where it is the same, and else replaced at once. */
function writeWhole(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${dirname(path)}.${process.pid}.draft`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}
