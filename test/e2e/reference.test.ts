import { rmSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { temporaryFolder } from '../support/platform.ts';
import { endPlatforms, spawnPlatform } from '../support/platform-process.ts';
import {
  postArrivals,
  postEvents,
  readResult,
  reverseAll,
  setUpReference,
} from '../support/play-reference.ts';
import { reference } from '../support/reference.ts';

const dataDir = temporaryFolder();

afterAll(async () => {
  await endPlatforms();
  rmSync(dataDir, { recursive: true, force: true });
});

it('reaches exactly the expected balances when the platform is killed halfway and events are sent twice', async () => {
  const { events, conflicts, expected } = reference;
  const middle = Math.floor(events.length / 2);

  let platform = await spawnPlatform(dataDir);
  await setUpReference(platform);
  await postArrivals(platform, events.slice(0, middle));
  await platform.kill();

  platform = await spawnPlatform(dataDir);
  await postArrivals(platform, events.slice(middle - 200));
  expect(await platform.drain()).toEqual({ drained: true, deadLetters: 0 });
  await postEvents(platform, conflicts);
  await platform.drain();
  await reverseAll(platform);
  await platform.drain();

  const result = await readResult(platform);
  expect(result.balances).toEqual(expected.balances);
  expect(result.minutes).toEqual(expected.minutes);
  expect(result.outcomes).toEqual(expected.outcomes);
  expect(result.declined).toEqual(expected.declined);
}, 300_000);
