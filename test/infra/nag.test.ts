import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBundles } from '../../infra/bundles.ts';
import { configs } from '../../infra/config.ts';
import { checkSolutions, exceptions, explains } from '../../infra/nag.ts';
import { makeApp } from '../../infra/synthesise.ts';
import { isFull } from '../support/full.ts';

/** Every finding of the rules, explained or not, of all stages. */
const found: { ruleName: string; constructPath: string }[] = [];
const folder = mkdtempSync(`${tmpdir()}/nuanxin-nag-`);
beforeAll(buildBundles);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Validation takes 10 s a stage, and the stages differ only in numbers, so only `npm run test:full` validates dev. */
const stages = isFull ? (['dev', 'prod'] as const) : (['prod'] as const);

describe.each(stages)('the templates of %s', stage => {
  it('have no finding of the AwsSolutions and template rules without an exception', () => {
    const app = makeApp(`${folder}/${stage}`, configs[stage]);
    checkSolutions(app, (ruleName, constructPath) => found.push({ ruleName, constructPath }));
    expect(() => app.synth()).not.toThrow();
  });
});

describe('checkSolutions', () => {
  it('fails on a finding without an exception', () => {
    const app = makeApp(`${folder}/faulty`);
    new sqs.Queue(app.node.findChild('NuanxinService'), 'lossy');
    checkSolutions(app);
    expect(() => app.synth()).toThrow(/lossy/);
  });

  it('fails on a template that CloudFormation would reject or that is known to be wrong', () => {
    const app = makeApp(`${folder}/outdated`);
    new lambda.CfnFunction(app.node.findChild('NuanxinService'), 'outdated', {
      runtime: 'nodejs12.x',
      handler: 'index.handler',
      role: 'arn:aws:iam::123456789012:role/some',
      code: { zipFile: 'exports.handler = async () => {};' },
    });
    expect(() => app.synth()).toThrow(/outdated/);
  });

  it('has no exception without a finding', () => {
    for (const exception of exceptions) {
      const used = found.some(({ ruleName, constructPath }) => explains(exception, ruleName, constructPath));
      expect(used, exception.reason).toBe(true);
    }
  });
});
