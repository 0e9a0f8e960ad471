import type { Clock } from '../state/clock.ts';
import { openEmbeddedStreams } from './embedded-streams.ts';
import type { Engine } from './engine.ts';
import { openRemoteStreams } from './remote-streams.ts';
import type { StreamSource } from './stream-source.ts';

/** The streams of the engine: from its own file where it is ours, over its API elsewhere. */
export function openStreams({ file, endpoint }: Engine, clock: Clock): StreamSource {
  return file === undefined ? openRemoteStreams(endpoint) : openEmbeddedStreams(file, clock);
}
