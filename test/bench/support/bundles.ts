import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildBundles, bundleFolder, bundleOptions, functionNames } from '../../../infra/bundles.ts';

/**
 * The bundles where they are CommonJS, as they are in Lambda: below this package Node would take them for ES modules.
 *
 * @returns a folder with one for each function, `<name>/index.js`; gone when the process ends
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
 * Bundles one more file, or a text, just as the functions are.
 *
 * @returns the path of the bundle; gone when the process ends
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
