import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { buildBundles } from '../../infra/bundles.ts';
import { type Config, configs } from '../../infra/config.ts';
import { makeApp } from '../../infra/synthesise.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** The resources of both stacks, as they would be deployed, by their logical ids. */
export async function synthesisedResources(
  config: Config = configs.prod,
): Promise<ReadonlyMap<string, Resource>> {
  process.env.CDK_VALIDATION = 'false'; // nag.test.ts validates
  await buildBundles();
  const folder = mkdtempSync(`${tmpdir()}/nuanxin-template-`);
  try {
    makeApp(folder, config).synth();
    const resources = ['NuanxinState', 'NuanxinService'].flatMap(stack => {
      const template = JSON.parse(readFileSync(`${folder}/${stack}.template.json`, 'utf8'));
      return Object.entries<Resource>(template.Resources);
    });
    return new Map(resources);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
