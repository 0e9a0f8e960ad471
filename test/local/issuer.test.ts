import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Issuer } from '../../local/http/issuer.ts';
import { createClock } from '../../local/state/clock.ts';
import { openState } from '../../local/state/state.ts';

it('accepts its tokens only for the issuer and audience of the authorizer', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nuanxin-issuer-'));
  const state = openState(folder);
  const issuer = await Issuer.open('http://here', 'ours', state, createClock(state));
  const token = await issuer.sign('driver', 'd-1');
  const verify = (url: string, ...audiences: string[]) =>
    issuer.verify(token, { issuer: url, audiences, header: 'authorization' });
  expect(await verify('http://here', 'other', 'ours')).toMatchObject({
    claims: { sub: 'd-1' },
    scopes: ['wallet'],
  });
  expect(await verify('http://there', 'ours')).toBeUndefined();
  expect(await verify('http://here', 'other')).toBeUndefined();
  state.close();
  rmSync(folder, { recursive: true });
});
