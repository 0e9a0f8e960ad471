import { buildBundles, functionNames } from '../../../infra/bundles.ts';
import type { Part } from '../report/result.ts';

const bytesAllowed = 420_000;

export const bundles: Part = {
  id: 'bundles',
  title: 'What each function is made of',
  kind: 'counted',
  run: async () => {
    const rows = await weighBundles();
    const largest = rows[0];
    return {
      tables: [
        {
          id: 'bundles',
          title: 'What each function is made of',
          columns: ['function', 'bytes', 'modules', 'of them AWS SDK, bytes', 'ours, bytes', 'allowed'],
          rows: rows.map(({ name, bytes, modules, sdk, own }) => [
            name,
            bytes,
            modules,
            sdk,
            own,
            bytesAllowed,
          ]),
        },
      ],
      figures: [
        {
          what: `the largest of ${rows.length} bundles, SDK in it (${largest?.name})`,
          value: largest?.bytes ?? null,
          unit: 'bytes',
          goal: '420,000',
        },
      ],
    };
  },
};

/** The heaviest first. */
export async function weighBundles() {
  const { outputs } = await buildBundles();
  const weighed = functionNames().map(name => {
    const { bytes = 0, inputs = {} } = outputs[`dist/functions/${name}/index.js`] ?? {};
    const used = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    const bytesOf = (pattern: RegExp) =>
      used.reduce((sum, [path, { bytesInOutput }]) => sum + (pattern.test(path) ? bytesInOutput : 0), 0);
    const sdk = bytesOf(/node_modules\/@(aws-sdk|smithy|aws-crypto|aws)\//);
    const own = bytesOf(/^(functions|shared|infra)\//);
    return { name, bytes, modules: used.length, sdk, own };
  });
  return weighed.sort((a, b) => b.bytes - a.bytes);
}
