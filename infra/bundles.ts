import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, stop, version } from 'esbuild';
import { type BuildRecord, lastBuild, recordBuild } from './build-record.ts';
import { writeWhole } from './write-whole.ts';

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
 * Bundles every function in one go, into dist/functions/<name>/index.js, unless the last build would come to the same.
 * The same bundles run locally, in the tests and in Lambda.
 *
 * @returns what each bundle holds, by its path from here
 */
export async function buildBundles(): Promise<Metafile> {
  const names = functionNames();
  const record: BuildRecord = {
    root,
    file: 'dist/functions.json',
    settings: [
      version,
      process.env.ESBUILD_BINARY_PATH,
      bundleOptions,
      names,
      ...['package-lock.json', 'tsconfig.json'].map(textOf),
    ],
  };
  return lastBuild(record) ?? (await buildAnew(names, record));
}

async function buildAnew(names: readonly string[], record: BuildRecord): Promise<Metafile> {
  const { outputFiles, metafile } = await build({
    entryPoints: Object.fromEntries(names.map(name => [`${name}/index`, `${root}functions/${name}.ts`])),
    outdir: outFolder,
    ...bundleOptions,
    metafile: true,
    write: false,
  });
  for (const { path, contents } of outputFiles) writeWhole(path, contents);
  recordBuild(record, metafile);
  await stop(); // its process would stay for as long as the platform runs
  return metafile;
}

function textOf(file: string): string {
  return readFileSync(root + file, 'utf8');
}

export function functionNames(): string[] {
  return readdirSync(`${root}functions`)
    .filter(file => file.endsWith('.ts'))
    .map(file => file.slice(0, -'.ts'.length));
}

export function bundleFolder(name: string): string {
  return `${outFolder}/${name}`;
}
