import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FunctionName, functionSpecs } from '../../../infra/functions.ts';
import type { LocalAssembly } from '../../../infra/local/assembly.ts';
import { synthesise } from '../../../infra/synthesise.ts';

/** The app, synthesised once for all platforms of a run. */
export interface Assembly extends LocalAssembly {
  /** What run-platform.ts starts from. */
  readonly file: string;
  /** What a function is called once it is deployed. */
  readonly deployedName: (name: FunctionName) => string;
  readonly archiveBucket: string;
  readonly busName: string;
  remove(): void;
}

export async function assemble(): Promise<Assembly> {
  process.env.CDK_VALIDATION = 'false'; // validated by the tests of the templates
  const folder = mkdtempSync(join(tmpdir(), 'nuanxin-faults-assembly-'));
  const { stacks, assetFolder } = await synthesise(folder);
  const file = join(folder, 'assembly.json');
  writeFileSync(file, JSON.stringify({ stacks, folder }));
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
    file,
    busName,
    archiveBucket: bucket.toLowerCase(),
    deployedName: name => names.get(name) ?? missing(name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function busNameIn(stacks: LocalAssembly['stacks']): string {
  const resources = stacks.flatMap(({ template }) => Object.values(template.Resources ?? {}));
  const bus = resources.find(({ Type }) => Type === 'AWS::Events::EventBus');
  return typeof bus?.Properties?.Name === 'string' ? bus.Properties.Name : missing('a bus');
}

function missing(name: string): never {
  throw new Error(`the templates lack ${name}`);
}
