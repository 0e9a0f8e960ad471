import { existsSync, globSync, readdirSync } from 'node:fs';

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

/** The test folders that mirror a file, the nearest first. */
export function testFoldersOf(file: string): string[] {
  const area = areaOf(file);
  const layer = file.split('/')[2] ?? '';
  const own = area === 'functions' ? globSync('test/*/functions') : [`test/${area}/${layer}`, `test/${area}`];
  return own.filter(folder => existsSync(folder));
}
