import { buildBundles, functionNames } from '../../../infra/bundles.ts';
import type { Part } from '../report/result.ts';
import { bundleBytesMax } from './budgets.ts';

export const bundles: Part = {
  id: 'bundles',
  title: 'Size of each function bundle',
  kind: 'counted',
  run: async () => {
    const rows = await weighBundles();
    const largest = rows[0];
    return {
      tables: [
        {
          id: 'bundles',
          title: 'Size of each function bundle',
          columns: ['function', 'bytes', 'modules', 'AWS SDK, bytes', 'own code, bytes'],
          rows: rows.map(({ name, bytes, modules, sdk, own }) => [name, bytes, modules, sdk, own]),
        },
      ],
      figures: [
        {
          what: `largest of ${rows.length} bundles, with the SDK (${largest?.name})`,
          value: largest?.bytes ?? null,
          unit: 'bytes',
          goal: bundleBytesMax.toLocaleString('en-US'),
        },
      ],
      overBudget: rows
        .filter(({ bytes }) => bytes > bundleBytesMax)
        .map(({ name, bytes }) => `bundle ${name}: ${bytes} bytes, allowed ${bundleBytesMax}`),
    };
  },
};

/** The largest first. */
export async function weighBundles() {
  const { outputs } = await buildBundles();
  const weighed = functionNames().map(name => {
    const { bytes = 0, inputs = {} } = outputs[`dist/functions/${name}/index.js`] ?? {};
    const used = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    const bytesOf = (pattern: RegExp) =>
      used.reduce((sum, [path, { bytesInOutput }]) => sum + (pattern.test(path) ? bytesInOutput : 0), 0);
    const sdk = bytesOf(/node_modules\/@(aws-sdk|smithy|aws-crypto|aws)\//);
    const own = bytesOf(/^(functions|shared)\//);
    return { name, bytes, modules: used.length, sdk, own };
  });
  return weighed.sort((a, b) => b.bytes - a.bytes);
}
