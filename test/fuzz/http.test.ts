import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Platform } from '../../infra/local/platform.ts';
import { startLocal } from '../../infra/local/start.ts';
import { endpoints } from '../../shared/contracts/endpoints.ts';
import { Fuzzer } from './run.ts';
import { inhabit } from './world.ts';

/** `npm run fuzz` puts a hundred thousand; here are a few for each route, always the same unless told otherwise. */
const seed = Number(process.env.FUZZ_SEED ?? 20260301);
const requestsPerRoute = Number(process.env.FUZZ_REQUESTS ?? 8);
const dataDir = mkdtempSync(`${tmpdir()}/nuanxin-fuzz-`);

let platform: Platform;
let fuzzer: Fuzzer;
beforeAll(async () => {
  platform = await startLocal({ dataDir, port: 0, schedules: false });
  fuzzer = new Fuzzer(platform.url, dataDir, await inhabit(platform.url));
}, 60_000);
afterAll(async () => {
  fuzzer?.close();
  await platform?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe(`arbitrary requests are served or refused in words, and what is refused writes nothing (seed ${seed})`, () => {
  it.each(endpoints.map(endpoint => [endpoint.route, endpoint] as const))('%s', (_route, endpoint) =>
    fuzzer.fuzz(endpoint, requestsPerRoute, seed),
  );

  it('of all kinds: let in and turned away, understood and not', () => {
    for (const status of [200, 400, 401, 404, 409, 422]) expect(fuzzer.statuses[status]).toBeGreaterThan(5);
  });
});
