import type { Clock } from '../state/clock.ts';
import { openEmbeddedStreams } from './embedded-streams.ts';
import type { Engine } from './engine.ts';
import { openRemoteStreams } from './remote-streams.ts';
import type { StreamSource } from './stream-source.ts';

/**
 * Opens the streams of the engine: from the database file of the embedded engine, or over the API of another
 * one.
 */
export function openStreams({ file, endpoint }: Engine, clock: Clock): StreamSource {
  return file === undefined ? openRemoteStreams(endpoint) : openEmbeddedStreams(file, clock);
}
