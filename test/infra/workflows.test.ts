import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = new URL('../../.github/workflows/', import.meta.url);
const workflows = readdirSync(folder).map(
  name => [name, readFileSync(new URL(name, folder), 'utf8')] as const,
);

describe.each(workflows)('%s', (_name, text) => {
  it('pins every action to a full commit, with its version in a comment', () => {
    const uses = [...text.matchAll(/^\s*(?:- )?uses: *(.*)$/gm)].map(([, what]) => what);
    expect(uses.length).toBeGreaterThan(1);
    for (const what of uses) expect(what).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('has only the permission to read by default, and keeps no token in the checkout', () => {
    expect(text).toMatch(/^permissions:( \{\}|\n {2}contents: read\n)/m);
    const granted = [...text.matchAll(/^ +[a-z-]+: (?:read|write)\b.*$/gm)].map(([line]) => line.trim());
    for (const line of granted) expect(line).toMatch(/^(contents: read|id-token: write)/);
    const checkouts = text.match(/actions\/checkout@/g) ?? [];
    expect(text.match(/persist-credentials: false/g)).toHaveLength(checkouts.length);
  });

  it('uses no stored secret: AWS exchanges a token of the run for credentials', () => {
    expect(text).not.toMatch(/secrets\.|access-key/i);
    if (text.includes('cdk deploy')) expect(text).toContain('role-to-assume:');
  });

  it('runs no command that contains an expression, such as the title of a pull request', () => {
    const lines = text.split('\n').filter(line => /^\s*(- )?run:/.test(line));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).not.toContain('${{');
    expect(text).not.toContain('pull_request_target');
  });
});

describe('deploy.yml', () => {
  const text = readFileSync(new URL('deploy.yml', folder), 'utf8');

  it('deploys after the checks, and prints the diff first', () => {
    expect(text).toMatch(/^ {2}deploy:\n {4}needs: check$/m);
    expect(text.indexOf('cdk diff')).toBeGreaterThan(0);
    expect(text.indexOf('cdk diff')).toBeLessThan(text.indexOf('cdk deploy'));
  });

  it('deploys within an environment, so that its reviewers can stop it', () => {
    expect(text).toMatch(/^ {4}environment: /m);
  });
});
