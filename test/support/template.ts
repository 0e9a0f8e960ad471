import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { vi } from 'vitest';
import { buildBundles } from '../../infra/bundles.ts';
import { type Config, configs } from '../../infra/config.ts';
import { makeApp } from '../../infra/synthesise.ts';

export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
  readonly Properties: Readonly<Record<string, unknown>>;
}

export interface SynthesisedStack {
  /** The template file as CDK wrote it. */
  readonly text: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** Synthesises the app and returns the template of each stack by the stack's name. */
export async function synthesisedStacks(
  config: Config = configs.prod,
): Promise<ReadonlyMap<string, SynthesisedStack>> {
  // nag.test.ts validates the same templates; the other tests only read them.
  vi.stubEnv('CDK_VALIDATION', 'false');
  await buildBundles();
  const folder = mkdtempSync(`${tmpdir()}/nuanxin-template-`);
  try {
    makeApp(folder, config).synth();
    const suffix = '.template.json';
    const files = readdirSync(folder).filter(name => name.endsWith(suffix));
    const stacks = files.map(file => {
      const text = readFileSync(`${folder}/${file}`, 'utf8');
      return [file.slice(0, -suffix.length), { ...JSON.parse(text), text }] as const;
    });
    return new Map(stacks);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The resources of all stacks by their logical ids. */
export async function synthesisedResources(config?: Config): Promise<ReadonlyMap<string, Resource>> {
  const stacks = await synthesisedStacks(config);
  return new Map([...stacks.values()].flatMap(({ Resources }) => Object.entries(Resources)));
}
