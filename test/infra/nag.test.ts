import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBundles } from '../../infra/bundles.ts';
import { configs } from '../../infra/config.ts';
import { checkSolutions, exceptions, explains } from '../../infra/nag.ts';
import { makeApp } from '../../infra/synthesise.ts';

/** Everything that the rules find, explained or not, of all stages. */
const found: { ruleName: string; constructPath: string }[] = [];
const folder = mkdtempSync(`${tmpdir()}/nuanxin-nag-`);
beforeAll(buildBundles);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(['dev', 'prod'] as const)('what would be deployed to %s', stage => {
  it('has no finding of the AwsSolutions rules or of the template rules that is not explained', () => {
    const app = makeApp(`${folder}/${stage}`, configs[stage]);
    checkSolutions(app);
    expect(() => app.synth()).not.toThrow();
    for (const { ruleName, violatingResources } of new AwsSolutionsChecks().validateScope(app).violations) {
      for (const { constructPath = '' } of violatingResources) found.push({ ruleName, constructPath });
    }
  });
});

describe('the check', () => {
  it('fails where a finding is not explained', () => {
    const app = makeApp(`${folder}/faulty`);
    new sqs.Queue(app.node.findChild('NuanxinService'), 'lossy');
    checkSolutions(app);
    expect(() => app.synth()).toThrow(/lossy/);
  });

  it('fails where a template would be refused or is known to be wrong', () => {
    const app = makeApp(`${folder}/outdated`);
    new lambda.CfnFunction(app.node.findChild('NuanxinService'), 'outdated', {
      runtime: 'nodejs12.x',
      handler: 'index.handler',
      role: 'arn:aws:iam::123456789012:role/some',
      code: { zipFile: 'exports.handler = async () => {};' },
    });
    expect(() => app.synth()).toThrow(/outdated/);
  });

  it('has no explanation for what is not found any more', () => {
    for (const exception of exceptions) {
      const used = found.some(({ ruleName, constructPath }) => explains(exception, ruleName, constructPath));
      expect(used, exception.reason).toBe(true);
    }
  });
});
