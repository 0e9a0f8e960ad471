import { inject } from 'vitest';
import { startPlatform } from '../../local/platform.ts';
import { assembleOnce } from './assembly.ts';
import { type TestPlatform, talkTo } from './platform.ts';

/** The whole platform on a free port, in this process, with nothing kept. */
export async function startTestPlatform(): Promise<TestPlatform> {
  const assembly = await assembleOnce(inject('assemblyFolder'));
  const platform = await startPlatform({ assembly, dataDir: ':memory:', port: 0 });
  return { ...talkTo(platform.url), close: () => platform.close() };
}
