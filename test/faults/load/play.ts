import type { PlainResult } from '../report/results.ts';
import { overload } from './overload.ts';
import { PlatformUnderLoad } from './platform-under-load.ts';
import { Sender } from './sender.ts';
import { soak } from './soak.ts';
import { Tally } from './tally.ts';

const connectionsMax = 1024;

export async function playLoad(
  { soakMs, overloadMs }: { soakMs: number; overloadMs: number },
  onSample: (words: string) => void,
  onDone: (result: PlainResult) => void,
): Promise<void> {
  const platform = await PlatformUnderLoad.start();
  const sender = new Sender(platform.url, connectionsMax);
  try {
    const tally = new Tally(sender);
    await tally.setUp();
    const { result, requestsPerSecond } = await soak(platform, tally, soakMs, onSample);
    onDone(result);
    onDone(await overload(platform, tally, requestsPerSecond, overloadMs));
  } finally {
    sender.close();
    await platform.close();
  }
}
