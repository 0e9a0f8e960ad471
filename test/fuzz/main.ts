import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { startLocal } from '../../infra/local/start.ts';
import { Fuzzer } from './run.ts';
import { inhabit } from './world.ts';

// npm run fuzz -- --requests 100000 --seed 7

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '100000' }, seed: { type: 'string' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000_000));
const dataDir = mkdtempSync(`${tmpdir()}/nuanxin-fuzz-`);
console.log(`seed ${seed}`);
const platform = await startLocal({ dataDir, port: 0, schedules: false });
const fuzzer = new Fuzzer(platform.url, dataDir, await inhabit(platform.url));
try {
  await fuzzer.fuzzAll(Number(values.requests), seed, done => console.log(`${done} requests`));
  console.table(fuzzer.statuses);
} finally {
  fuzzer.close();
  await platform.close();
  rmSync(dataDir, { recursive: true, force: true });
}
