import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it, vi } from 'vitest';
import { synthesise } from '../../infra/synthesise.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(`${tmpdir()}/nuanxin-cdk-`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('`cdk synth` makes the same templates as synthesise(), without account, credentials or network', async () => {
  // nag.test.ts validates the same templates; this test only compares them.
  vi.stubEnv('CDK_VALIDATION', 'false');
  await synthesise(`${folder}/alone`);
  execFileSync(
    process.execPath,
    [`${root}node_modules/aws-cdk/bin/cdk`, 'synth', '--quiet', '--output', `${folder}/cdk`],
    {
      cwd: root,
      stdio: 'pipe',
      env: {
        PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
        HOME: folder,
        AWS_EC2_METADATA_DISABLED: 'true',
        CDK_VALIDATION: 'false',
      },
    },
  );
  for (const stack of ['NuanxinState', 'NuanxinService']) {
    const [alone, cdk] = ['alone', 'cdk'].map(way =>
      readFileSync(`${folder}/${way}/${stack}.template.json`, 'utf8'),
    );
    expect(cdk, stack).toBe(alone);
  }
}, 60_000);
