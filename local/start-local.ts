import { synthesise } from '../infra/synthesise.ts';
import { temporaryFolder } from './common/temporary-folder.ts';
import { PortRefused } from './http/server.ts';
import { type Platform, type PlatformOptions, startPlatform } from './platform.ts';
import { DataDirRefused } from './state/state.ts';
import { TableChanged } from './tables/create-tables.ts';
import { EngineRefused } from './tables/engine.ts';
import { TemplateRefused } from './template/read-model.ts';

const refusals = [DataDirRefused, EngineRefused, PortRefused, TableChanged, TemplateRefused];

/** True for the errors whose message tells the person at the terminal why the platform does not start. */
export function isStartRefusal(error: unknown): error is Error {
  return refusals.some(refusal => error instanceof refusal);
}

/** Bundles and synthesises the CDK app and runs it on this machine. `close` also deletes the assembly. */
export async function startLocal(options: Omit<PlatformOptions, 'assembly'>): Promise<Platform> {
  const folder = temporaryFolder('assembly');
  try {
    // Template validation takes 3.5 s. `npm run synth` and the tests do it, so that a start need not.
    process.env.CDK_VALIDATION = 'false';
    const platform = await startPlatform({ ...options, assembly: () => synthesise(folder.path) });
    return {
      ...platform,
      async close() {
        await platform.close();
        folder.remove();
      },
    };
  } catch (error) {
    folder.remove();
    throw error;
  }
}
