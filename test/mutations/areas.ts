import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

export const layers = ['rules', 'contract', 'store', 'use-cases'] as const;
export type Layer = (typeof layers)[number];

/** What `--only` names: a capability, or one of the folders that have no capabilities in them. */
const withoutLayers = ['functions', 'infra', 'local'];

export function areas(): string[] {
  const capabilities = readdirSync('shared', { withFileTypes: true }).filter(entry => entry.isDirectory());
  return [...capabilities.map(({ name }) => name), ...withoutLayers];
}

export function areaOf(file: string): string {
  const [first = '', second = ''] = file.split('/');
  return first === 'shared' ? second : first;
}

/** The source files of an area, relative to the project. */
export function filesOf(area: string): string[] {
  const folder = withoutLayers.includes(area) ? area : `shared/${area}`;
  return globSync(`${folder}/**/*.ts`).sort();
}

/** Areas without layers count as one: what they need to be tested decides. Stryker does not run CDK. */
const layerOfWhole: Readonly<Record<string, Layer>> = {
  kernel: 'rules',
  dynamo: 'store',
  runtime: 'use-cases',
  functions: 'use-cases',
  local: 'use-cases',
};

/** The files that Stryker mutates in one layer of an area. */
export function filesOfLayer(area: string, layer: Layer): string[] {
  if (layerOfWhole[area]) return layerOfWhole[area] === layer ? filesOf(area) : [];
  return globSync(`shared/${area}/${layer}/**/*.ts`).sort();
}

/**
 * The tests that most likely notice a change of a file, the likeliest first: those that import it, then those of its area.
 * Each selection is a list of filters for vitest.
 */
export function testsOf(file: string): string[][] {
  const area = areaOf(file);
  const name = basename(file, '.ts');
  const isNamed = (text: string) =>
    area === 'functions'
      ? text.includes(`functions/${name}.ts'`) || text.includes(`'${name}'`)
      : text.includes(`/${file}'`);
  const importers = globSync('test/**/*.test.ts').filter(test => isNamed(readFileSync(test, 'utf8')));
  const folders = (area === 'functions' ? globSync('test/*/functions') : [`test/${area}`]).filter(existsSync);
  return [importers.sort(), folders].filter(selection => selection.length > 0);
}
