import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFolder } from '../../infra/bundles.ts';

type Handler<Answer> = (event: object, context: object) => Promise<Answer>;

/**
 * A function's handler out of the bundle that is deployed, in this process: what was built before the tests began is
 * loaded as Lambda does it, each time anew. It is copied, for below this package Node would take it for an ES module.
 */
export function bundledHandler<Answer>(name: string): Handler<Answer> {
  const folder = mkdtempSync(join(tmpdir(), 'nuanxin-bundle-'));
  try {
    const path = join(folder, 'index.js');
    copyFileSync(join(bundleFolder(name), 'index.js'), path);
    return (createRequire(path)(path) as { handler: Handler<Answer> }).handler;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
