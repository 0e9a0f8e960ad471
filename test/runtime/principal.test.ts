import { describe, expect, it } from 'vitest';
import { callerOf } from '../../shared/runtime/principal.ts';

/** One reading of a token, whoever has issued it and whoever has verified it. */

const rides = { role: 'platform', id: 'rides' };

describe('the caller of a token', () => {
  it.each([
    ['of the local issuer', { scope: 'events:write' }],
    ['of a user pool, whose scopes bear the name of the resource server', { scope: 'nuanxin/events:write' }],
    ['with other scopes beside it', { scope: 'openid nuanxin/events:write profile' }],
    ['of an issuer that has a list of scopes', { scp: ['openid', 'events:write'] }],
    ['with such a list as the gateway hands it on', { scp: '[openid events:write]' }],
  ])('%s', (_, scopes) => {
    expect(callerOf({ ...scopes, platform_id: 'rides' }, ['organizer', 'platform'])).toEqual(rides);
  });

  it.each([
    ['without any scope', {}],
    ['with another', { scope: 'nuanxin/wallet' }],
    ['with one that only sounds like it', { scope: 'events:write-all nuanxin/events' }],
    ['whose scopes say that it has none, whatever its list says', { scope: '', scp: ['events:write'] }],
  ])('is nobody %s', (_, scopes) => {
    expect(callerOf({ ...scopes, platform_id: 'rides' }, ['platform'])).toBeUndefined();
  });

  it('is nobody without the claim of its role, or with one that is no id', () => {
    for (const platform_id of [undefined, '', 'a b', 7, ['rides']])
      expect(
        callerOf({ scope: 'events:write', merchant_id: 'shop', platform_id }, ['platform']),
      ).toBeUndefined();
  });
});
