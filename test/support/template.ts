import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { vi } from 'vitest';
import { buildBundles } from '../../infra/bundles.ts';
import { type Config, configs } from '../../infra/config.ts';
import { makeApp } from '../../infra/synthesise.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** The resources of all stacks, as they would be deployed, by their logical ids. */
export async function synthesisedResources(
  config: Config = configs.prod,
): Promise<ReadonlyMap<string, Resource>> {
  // nag.test.ts validates the same templates; here they are only read.
  vi.stubEnv('CDK_VALIDATION', 'false');
  await buildBundles();
  const folder = mkdtempSync(`${tmpdir()}/nuanxin-template-`);
  try {
    makeApp(folder, config).synth();
    const stacks = readdirSync(folder).filter(name => name.endsWith('.template.json'));
    const resources = stacks.flatMap(stack => {
      const template = JSON.parse(readFileSync(`${folder}/${stack}`, 'utf8'));
      return Object.entries<Resource>(template.Resources);
    });
    return new Map(resources);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
