import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesise } from '../infra/synthesise.ts';
import { PortRefused } from './http/server.ts';
import { type Platform, type PlatformOptions, startPlatform } from './platform.ts';
import { DataDirRefused } from './state/state.ts';
import { TableChanged } from './tables/create-tables.ts';
import { EngineRefused } from './tables/engine.ts';
import { TemplateRefused } from './template/read-model.ts';

const refusals = [DataDirRefused, EngineRefused, PortRefused, TableChanged, TemplateRefused];

/** Whether it says in a sentence for people why the platform was not started. */
export function isRefusal(error: unknown): error is Error {
  return refusals.some(refusal => error instanceof refusal);
}

/** Bundles and synthesises the app, and runs it on this machine. The assembly is gone after `close`. */
export async function startLocal(options: Omit<PlatformOptions, 'assembly'>): Promise<Platform> {
  const folder = mkdtempSync(join(tmpdir(), 'nuanxin-assembly-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    process.env.CDK_VALIDATION = 'false'; // 3.5 s that `npm run synth` and the tests spend, and a start need not
    const platform = await startPlatform({ ...options, assembly: () => synthesise(folder) });
    return {
      ...platform,
      async close() {
        await platform.close();
        process.off('exit', remove);
        remove();
      },
    };
  } catch (error) {
    process.off('exit', remove);
    remove();
    throw error;
  }
}
