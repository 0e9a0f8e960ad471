import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { localCalls } from '../../local/http/local-calls.ts';

const page = readFileSync(new URL('../../docs/local.md', import.meta.url), 'utf8');

it('lists exactly the local calls in docs/local.md', () => {
  const listed = [...page.matchAll(/^\| `((?:GET|PUT|POST) \/_local[^`]*)` \|/gm)].map(([, call]) => call);
  expect(listed.sort()).toEqual(localCalls.map(call => call.replace('*', '{name}')).sort());
});
