import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { App } from 'aws-cdk-lib';
import type { LocalAssembly } from './assembly.ts';
import { buildBundles } from './bundles.ts';
import { type Config, configs } from './config.ts';
import { IdentityStack } from './identity-stack.ts';
import { ServiceStack } from './service-stack.ts';
import { StateStack } from './state-stack.ts';

/** `aws-cdk-lib` keeps the behaviour of its first release unless told; a run without the CDK's own command line must tell. */
const featureFlags = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('aws-cdk-lib/recommended-feature-flags.json'), 'utf8'),
);

/** The app with its stacks; the bundles must have been built. */
export function makeApp(outdir?: string, config: Config = configs.dev): App {
  const app = new App({
    ...(outdir ? { outdir } : {}),
    context: { ...featureFlags, '@aws-cdk/core:validateAgainstDefaultRules': true },
    analyticsReporting: false,
  });
  const state = new StateStack(app, 'NuanxinState', config);
  const { identity } = config;
  const pool =
    identity.kind === 'cognito'
      ? new IdentityStack(app, 'NuanxinIdentity', config, identity, state)
      : undefined;
  new ServiceStack(app, 'NuanxinService', config, state, pool);
  return app;
}

/** Bundles, synthesises into `outdir`, and reads back what was written: what the local runtime and the tests run. */
export async function synthesise(outdir: string, config?: Config): Promise<LocalAssembly> {
  await buildBundles();
  const assembly = makeApp(outdir, config).synth();
  return {
    stacks: assembly.stacks.map(({ stackName, template }) => ({ name: stackName, template })),
    assetFolder: s3Key => `${assembly.directory}/asset.${s3Key.replace(/\.zip$/, '')}`,
  };
}
