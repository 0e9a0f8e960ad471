import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from '../../../shared/api/contract/endpoints.ts';
import { Fuzzer } from '../../fuzz/run.ts';
import { fuzzedAt } from '../../fuzz/world.ts';
import { runs } from '../../support/full.ts';
import { talkTo } from '../../support/platform.ts';
import type { Running } from './running.ts';

/** A few arbitrary requests per route with a fixed seed. `npm run fuzz` sends a hundred thousand. */
const seed = Number(process.env.FUZZ_SEED ?? 20260301);
const requestsPerRoute = runs(8, 60);

export function describeRubbish(running: () => Running): void {
  describe(`an arbitrary request gets a documented answer and writes nothing when refused (seed ${seed})`, () => {
    let fuzzer: Fuzzer;
    beforeAll(async () => {
      const { platform, dataDir, material } = running();
      // Tokens are valid for hours, and earlier tests have moved the clock.
      await talkTo(platform.url).setClock(fuzzedAt);
      fuzzer = new Fuzzer(platform.url, dataDir, material);
    });
    afterAll(() => fuzzer?.close());

    it.each(endpoints.map(endpoint => [endpoint.route, endpoint] as const))('%s', (_route, endpoint) =>
      fuzzer.fuzz(endpoint, requestsPerRoute, seed),
    );

    it('reaches successes and every kind of refusal with arbitrary requests', () => {
      for (const status of [200, 400, 401, 404, 409, 422]) expect(fuzzer.statuses[status]).toBeGreaterThan(5);
    });
  });
}
