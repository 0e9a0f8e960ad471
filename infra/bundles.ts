import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, stop, version } from 'esbuild';
import { type BuildRecord, recordBuild, upToDateBuild } from './build-record.ts';
import { writeAtomically } from './write-atomically.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const outFolder = `${root}dist/functions`;

/**
 * The largest bundle allowed, because a larger one starts slower. `npm run bundle-sizes` shows what grows.
 */
export const bundleBytesMax = 450_000;

/**
 * How esbuild bundles a function: as CommonJS, because it starts faster than ES modules, and with `module`
 * before `main`, so that esbuild can drop the unused parts of the AWS SDK.
 */
export const bundleOptions = bundleOptionsAt(root);

/** @param folder a checkout of this repository, with a `/` at its end */
export function bundleOptionsAt(folder: string) {
  return {
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': `${folder}infra/lambda-credentials.ts` },
    charset: 'utf8', // Chinese text takes half the bytes of its escapes.
    legalComments: 'none',
    logLevel: 'warning',
  } as const satisfies BuildOptions;
}

/**
 * Bundles every function into dist/functions/<name>/index.js, unless the bundles are up to date. The local
 * platform, the tests and Lambda run the same bundles.
 *
 * @returns esbuild's metafile: the contents of each bundle, by its path relative to the root of the
 * repository
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
  return upToDateBuild(record) ?? (await buildNow(names, record));
}

async function buildNow(names: readonly string[], record: BuildRecord): Promise<Metafile> {
  const { outputFiles, metafile } = await build({
    entryPoints: entryPointsAt(root, names),
    outdir: outFolder,
    ...bundleOptions,
    metafile: true,
    write: false,
  });
  for (const { path, contents } of outputFiles) writeAtomically(path, contents);
  recordBuild(record, metafile);
  await stop(); // Otherwise esbuild's own process lives as long as ours.
  return metafile;
}

export function entryPointsAt(folder: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map(name => [`${name}/index`, `${folder}functions/${name}.ts`]));
}

function textOf(file: string): string {
  return readFileSync(root + file, 'utf8');
}

export function functionNames(folder = root): string[] {
  return readdirSync(`${folder}functions`)
    .filter(file => file.endsWith('.ts'))
    .map(file => file.slice(0, -'.ts'.length));
}

export function bundleFolder(name: string): string {
  return `${outFolder}/${name}`;
}
