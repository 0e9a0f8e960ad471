import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildBundles, bundleFolder, bundleOptions, functionNames } from '../../../infra/bundles.ts';

/**
 * Copies the bundles to a folder outside this package, because inside it Node would load them as ES modules. Lambda loads
 * them as CommonJS.
 *
 * @returns a folder with `<function>/index.js`, which is removed when the process ends
 */
export async function copiedBundles(): Promise<string> {
  await buildBundles();
  const folder = mkdtempSync(join(tmpdir(), 'nuanxin-bundles-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const name of functionNames()) {
    mkdirSync(join(folder, name));
    copyFileSync(join(bundleFolder(name), 'index.js'), join(folder, name, 'index.js'));
  }
  return folder;
}

/**
 * Bundles a file or a text with the options of the functions.
 *
 * @returns the path of the bundle, which is removed when the process ends
 */
export async function bundled(of: { readonly file: URL } | { readonly text: string }): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nuanxin-bundle-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'index.js');
  const entry =
    'file' in of
      ? { entryPoints: [fileURLToPath(of.file)] }
      : { stdin: { contents: of.text, resolveDir: fileURLToPath(new URL('.', import.meta.url)) } };
  await build({ ...bundleOptions, ...entry, outfile });
  return outfile;
}
