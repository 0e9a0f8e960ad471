import type { LocalAssembly } from '../../../infra/assembly.ts';
import { type FunctionName, functionSpecs } from '../../../infra/functions/index.ts';
import { assembleOnce } from '../../support/assembly.ts';

/** The CDK app, synthesised once for all platforms of a run. */
export interface Assembly extends LocalAssembly {
  /** Where run-platform.ts reads it. */
  readonly folder: string;
  /** The deployed name of a function. */
  readonly deployedName: (name: FunctionName) => string;
  readonly archiveBucket: string;
  readonly busName: string;
}

/** @param folder keeps the assembly, so that a later call finds it */
export async function assemble(folder: string): Promise<Assembly> {
  const { stacks, assetFolder } = await assembleOnce(folder);
  const ofType = (type: string) =>
    stacks.flatMap(({ name, template }) =>
      Object.entries(template.Resources ?? {})
        .filter(([, { Type }]) => Type === type)
        .map(([logicalId]) => `${name}-${logicalId}`),
    );
  const deployed = ofType('AWS::Lambda::Function');
  const busName = busNameIn(stacks);
  const [bucket = missing('an archive')] = ofType('AWS::S3::Bucket');
  const names = new Map(
    Object.keys(functionSpecs).map(name => [
      name,
      deployed.find(one => one.includes(`-${name.replaceAll('-', '')}function`)),
    ]),
  );
  return {
    stacks,
    assetFolder,
    folder,
    busName,
    archiveBucket: bucket.toLowerCase(),
    deployedName: name => names.get(name) ?? missing(name),
  };
}

function busNameIn(stacks: LocalAssembly['stacks']): string {
  const resources = stacks.flatMap(({ template }) => Object.values(template.Resources ?? {}));
  const bus = resources.find(({ Type }) => Type === 'AWS::Events::EventBus');
  return typeof bus?.Properties?.Name === 'string' ? bus.Properties.Name : missing('a bus');
}

function missing(name: string): never {
  throw new Error(`The templates lack ${name}.`);
}
