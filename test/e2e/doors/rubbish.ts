import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from '../../../shared/api/contract/endpoints.ts';
import { Fuzzer } from '../../fuzz/run.ts';
import { fuzzedAt } from '../../fuzz/world.ts';
import { runs } from '../../support/full.ts';
import { talkTo } from '../../support/platform.ts';
import type { Running } from './running.ts';

/** `npm run fuzz` puts a hundred thousand; here are a few for each route, always the same unless told otherwise. */
const seed = Number(process.env.FUZZ_SEED ?? 20260301);
const requestsPerRoute = runs(8, 60);

export function describeRubbish(running: () => Running): void {
  describe(`arbitrary requests are served or refused in words, and a refused one writes nothing (seed ${seed})`, () => {
    let fuzzer: Fuzzer;
    beforeAll(async () => {
      const { platform, dataDir, material } = running();
      // The tokens are good for hours by the clock, which may stand anywhere by now.
      await talkTo(platform.url).setClock(fuzzedAt);
      fuzzer = new Fuzzer(platform.url, dataDir, material);
    });
    afterAll(() => fuzzer?.close());

    it.each(endpoints.map(endpoint => [endpoint.route, endpoint] as const))('%s', (_route, endpoint) =>
      fuzzer.fuzz(endpoint, requestsPerRoute, seed),
    );

    it('of all kinds: let in and turned away, understood and not', () => {
      for (const status of [200, 400, 401, 404, 409, 422]) expect(fuzzer.statuses[status]).toBeGreaterThan(5);
    });
  });
}
