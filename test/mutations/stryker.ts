import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { filesOfLayer, type Layer } from './areas.ts';
import { type Report, resultOf, type StrykerResult } from './stryker-report.ts';

const strykerVersion = '10.1.1';
/** Stryker comes by npx and is no dependency. The runner looks for vitest beside itself, so the versions must agree. */
const packages = [
  `@stryker-mutator/core@${strykerVersion}`,
  `@stryker-mutator/vitest-runner@${strykerVersion}`,
  `vitest@${(createRequire(import.meta.url)('vitest/package.json') as { version: string }).version}`,
];

/** Runs Stryker over one layer of an area. Returns undefined if the area has no such layer. */
export function runStryker(area: string, layer: Layer, jobs: number): StrykerResult | undefined {
  const mutate = filesOfLayer(area, layer);
  if (mutate.length === 0) return undefined;
  const folder = `dist/mutations/${area}-${layer}`;
  mkdirSync(folder, { recursive: true });
  const needsEngine = layer !== 'rules';
  const config = {
    packageManager: 'npm',
    testRunner: 'vitest',
    mutate,
    ignorePatterns: [
      'dist',
      'cdk.out',
      '.data',
      ...(needsEngine ? [] : ['docs', 'demo', 'infra', 'functions', 'local']),
    ],
    tempDirName: `${folder}/work`,
    tsconfigFile: 'none.json', // Stryker cannot read the configuration of TypeScript 7
    coverageAnalysis: 'perTest',
    concurrency: jobs,
    reporters: ['progress-append-only', 'json'],
    jsonReporter: { fileName: `${folder}/report.json` },
    vitest: {
      configFile: `test/mutations/stryker.${needsEngine ? 'engine' : 'rules'}.config.ts`,
      related: false,
    },
    timeoutMS: 20_000,
    incremental: true,
    incrementalFile: `${folder}/incremental.json`,
  };
  writeFileSync(`${folder}/config.json`, JSON.stringify(config, null, 2));
  const named = packages.flatMap(name => ['--package', name]);
  const { status } = spawnSync('npx', ['--yes', ...named, 'stryker', 'run', `${folder}/config.json`], {
    stdio: 'inherit',
    env: { ...process.env, STRYKER_TESTS: area === 'functions' ? 'test/*/functions' : `test/${area}` },
  });
  if (status !== 0) throw new Error(`Stryker ended with ${status}.`);
  return resultOf(JSON.parse(readFileSync(`${folder}/report.json`, 'utf8')) as Report);
}
