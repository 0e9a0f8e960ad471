import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, configs } from '../../../infra/config.ts';
import { type FunctionName, functionSpecs } from '../../../infra/functions/index.ts';
import { synthesise } from '../../../infra/synthesise.ts';
import { type Platform, startPlatform } from '../../../local/platform.ts';
import type { FunctionModel } from '../../../local/template/model.ts';
import { localToken } from '../../../tools/client.ts';
import type { Material } from '../../fuzz/requests.ts';
import { inhabit } from '../../fuzz/world.ts';

export const page = 'https://pages.example';
const slowRoute = 'GET /v1/rewards/{rewardId}';
const plenty = { ratePerSecond: 10_000, burst: 10_000 };
const config: Config = {
  ...configs.dev,
  browserOrigins: [page],
  throttle: { ...plenty, routes: { [slowRoute]: { ratePerSecond: 1, burst: 3 } } },
};

export const names = Object.keys(functionSpecs) as FunctionName[];

/** A platform with sample data of every kind, and with the throttles and permissions of a deployment. */
export interface Running {
  readonly platform: Platform;
  readonly dataDir: string;
  readonly material: Material;
  /** A token of the platform `rides`. */
  readonly rides: string;
  /** Actions and resources that each function has used so far, by the function's name in the template. */
  readonly done: ReadonlyMap<string, ReadonlyMap<string, { action: string; resource: string }>>;
  close(): Promise<void>;
}

export async function startRunning(): Promise<Running> {
  process.env.CDK_VALIDATION = 'false';
  const folder = mkdtempSync(join(tmpdir(), 'nuanxin-doors-'));
  const dataDir = join(folder, 'data');
  const done = new Map<string, Map<string, { action: string; resource: string }>>();
  const platform = await startPlatform({
    assembly: () => synthesise(join(folder, 'assembly'), config),
    dataDir,
    schedules: false,
    throttles: true,
    permissions: true,
    onAccess: (functionName, access) => {
      const all = done.get(functionName) ?? new Map();
      done.set(functionName, all.set(`${access.action} ${access.resource}`, access));
    },
  });
  const rides = await localToken(platform.url, 'platform', 'rides');
  const material = await inhabit(platform.url);
  return {
    ...{ platform, dataDir, material, rides, done },
    async close() {
      await platform.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A logical id is the construct path without dashes, followed by a hash. */
export function functionOf({ platform }: Running, name: FunctionName): FunctionModel {
  const pattern = new RegExp(`^NuanxinService-${name.replaceAll('-', '')}function[0-9A-F]{8}$`);
  const found = [...platform.model.functions.values()].find(one => pattern.test(one.name));
  if (!found) throw new Error(`the template has no function ${name}`);
  return found;
}
