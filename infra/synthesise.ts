import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { App } from 'aws-cdk-lib';
import type { LocalAssembly } from './assembly.ts';
import { buildBundles } from './bundles.ts';
import { type Config, configs } from './config.ts';
import { IdentityStack } from './identity-stack.ts';
import { ServiceStack } from './service-stack.ts';
import { StateStack } from './state-stack.ts';

/**
 * Without these flags `aws-cdk-lib` behaves as in its first release. The CDK command line would read them
 * from cdk.json.
 */
const featureFlags = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('aws-cdk-lib/recommended-feature-flags.json'), 'utf8'),
);

/** Makes the app with its stacks. Call `buildBundles` first. */
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

/** Bundles the functions and synthesises into `outdir`. The local runtime and the tests run the result. */
export async function synthesise(outdir: string, config?: Config): Promise<LocalAssembly> {
  await buildBundles();
  const assembly = makeApp(outdir, config).synth();
  return {
    stacks: assembly.stacks.map(({ stackName, template }) => ({ name: stackName, template })),
    assetFolder: s3Key => `${assembly.directory}/asset.${s3Key.replace(/\.zip$/, '')}`,
  };
}
