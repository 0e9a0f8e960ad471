import type { Context } from 'aws-lambda';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditOf } from '../../../shared/audit/store/audit.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { type Role, roles } from '../../../shared/kernel/endpoint.ts';
import { instantOf } from '../../../shared/kernel/time.ts';
import { callersOf } from '../../../shared/people/store/callers.ts';
import {
  disableCaller,
  enableCaller,
  registerCaller,
  rekeyCaller,
} from '../../../shared/people/use-cases/callers.ts';
import { registerDriver } from '../../../shared/people/use-cases/drivers.ts';
import { eraseDriver } from '../../../shared/privacy/use-cases/erase-driver.ts';
import { isForUs } from '../../../shared/runtime/bearer.ts';
import { callerOf } from '../../../shared/runtime/principal.ts';
import { freshDatabase, useEnvironment } from '../../support/database.ts';

const at = instantOf('2026-03-12T12:00:00+08:00');
const auditor = { by: 'li', at };

interface Signed {
  response: {
    claimsAndScopeOverrideDetails: {
      accessTokenGeneration: {
        claimsToAddOrOverride: Record<string, string>;
        scopesToAdd: string[];
        scopesToSuppress: string[];
      };
    };
  };
}

let database: Database;
let trigger: (event: unknown) => Promise<Signed>;
beforeAll(async () => {
  database = await freshDatabase();
  useEnvironment(database);
  const { handler } = await import('../../../functions/issue-claims.ts');
  const context = { awsRequestId: 'r-1' } as Context;
  trigger = event => handler(event, context) as Promise<Signed>;
});

const machine = (clientId: string) => ({
  version: '3',
  triggerSource: 'TokenGeneration_ClientCredentials',
  region: 'cn-north-1',
  userPoolId: 'pool',
  userName: clientId,
  callerContext: { awsSdkVersion: '1', clientId },
  request: { userAttributes: null, groupConfiguration: null, scopes: ['nuanxin/program:manage'] },
  response: {},
});

const person = (sub: string, groupsToOverride: string[] = []) => ({
  ...machine('people'),
  triggerSource: 'TokenGeneration_HostedAuth',
  request: { userAttributes: { sub }, groupConfiguration: { groupsToOverride }, scopes: ['openid'] },
});

/** The access token that a pool makes of what was asked for and what the trigger answers. */
function tokenOf(event: ReturnType<typeof machine | typeof person>, { response }: Signed) {
  const { claimsToAddOrOverride, scopesToAdd, scopesToSuppress } =
    response.claimsAndScopeOverrideDetails.accessTokenGeneration;
  const scopes = new Set([...event.request.scopes, ...scopesToAdd]);
  for (const scope of scopesToSuppress) scopes.delete(scope);
  const attributes = event.request.userAttributes as { sub: string } | null;
  return {
    sub: attributes?.sub ?? event.callerContext.clientId,
    client_id: event.callerContext.clientId,
    token_use: 'access',
    scope: [...scopes].join(' '),
    ...claimsToAddOrOverride,
  };
}

const everyRole = Object.keys(roles) as Role[];
const actsAs = (token: ReturnType<typeof tokenOf>) =>
  everyRole.flatMap(role => callerOf(token, [role]) ?? []);

describe('a token', () => {
  it.each([
    ['platform', 'rides'],
    ['merchant', 'noodle-shop'],
    ['attestor', 'east-station'],
  ] as const)('of a machine that is registered for a %s acts for that and nothing else', async (role, id) => {
    await registerCaller(database, auditor, `client-${role}`, { role, id });
    const event = machine(`client-${role}`);
    const token = tokenOf(event, await trigger(event));
    expect(actsAs(token)).toEqual([{ role, id }]);
    expect(isForUs(token, ['other', `client-${role}`])).toBe(true);
    expect(isForUs(token, ['other'])).toBe(false);
  });

  it('of a driver acts for the driver, whose subject is another name', async () => {
    await registerCaller(database, auditor, 'sub-1', { role: 'driver', id: 'd-1' });
    const event = person('sub-1');
    expect(actsAs(tokenOf(event, await trigger(event)))).toEqual([{ role: 'driver', id: 'd-1' }]);
  });

  it('of a member of the group acts as an organizer under the own subject', async () => {
    const event = person('sub-li', ['organizers']);
    expect(actsAs(tokenOf(event, await trigger(event)))).toEqual([{ role: 'organizer', id: 'sub-li' }]);
  });

  it('of a machine is no organizer’s, whatever group it may name', async () => {
    const event = machine('client-group');
    const groupConfiguration = { groupsToOverride: ['organizers'] };
    const grouped = { ...event, request: { ...event.request, groupConfiguration } };
    await expect(trigger(grouped)).rejects.toThrow('not registered');
  });

  it('is not given to whom nobody has registered', async () => {
    await expect(trigger(machine('client-nobody'))).rejects.toThrow('not registered');
    await expect(trigger(person('sub-nobody', ['visitors']))).rejects.toThrow('not registered');
  });

  it('of a person is never that of the client through which the person signs in', async () => {
    await registerCaller(database, auditor, 'people', { role: 'platform', id: 'rides' });
    await expect(trigger(person('sub-stranger'))).rejects.toThrow('not registered');
    await expect(trigger({ ...machine('client-x'), version: '2' })).rejects.toThrow();
  });

  it('is not given to whom an organizer has disabled, until enabled again', async () => {
    await registerCaller(database, auditor, 'client-off', { role: 'platform', id: 'rides' });
    await disableCaller(database, auditor, 'client-off');
    await expect(trigger(machine('client-off'))).rejects.toThrow('disabled');
    await enableCaller(database, auditor, 'client-off');
    await expect(trigger(machine('client-off'))).resolves.toBeDefined();
  });

  it('is given to the new key of a caller and to the old one no more', async () => {
    const rides = { role: 'platform', id: 'rides' } as const;
    await registerCaller(database, auditor, 'client-old', rides);
    const rekey = (by = 'li') => rekeyCaller(database, { by, at }, 'client-old', 'client-new');
    expect(await Promise.all([rekey(), rekey('wang')])).toMatchObject(
      [1, 2].map(() => ({ ...rides, callerId: 'client-new', enabled: true })),
    );
    await expect(trigger(machine('client-old'))).rejects.toThrow('disabled');
    const event = machine('client-new');
    expect(actsAs(tokenOf(event, await trigger(event)))).toEqual([rides]);
    const { records } = await auditOf(database, '2026-03', 100);
    const own = records.filter(({ subject }) => /^client-(old|new)$/.test(subject));
    expect(own.map(({ action }) => action).sort()).toEqual([
      'caller.register',
      'caller.register',
      'caller.rekey',
    ]);
    await disableCaller(database, auditor, 'client-new');
    expect(await rekey()).toMatchObject({ callerId: 'client-new', enabled: false });
    await expect(trigger(event)).rejects.toThrow('disabled');
  });

  it('is given to no one for a driver who has been erased', async () => {
    const profile = {
      displayName: '王',
      occupation: 'x',
      district: 'x',
      platformId: 'rides',
      publishConsent: true,
    };
    for (const id of ['d-gone', 'd-gone-2']) {
      await registerDriver(database, id, profile, undefined);
      await registerCaller(database, auditor, `sub-${id}`, { role: 'driver', id });
    }
    await eraseDriver(database, 'd-gone', auditor);
    await expect(trigger(person('sub-d-gone'))).rejects.toThrow('not registered');
    await expect(trigger(person('sub-d-gone-2'))).resolves.toBeDefined();
  });
});

describe('the register of callers', () => {
  it('never lets a caller change sides, even where two register it at once', async () => {
    const outcomes = await Promise.all(
      ['rides', 'delivery'].map(id =>
        registerCaller(database, auditor, 'client-two', { role: 'platform', id }),
      ),
    );
    expect(outcomes.filter(one => 'refusal' in one)).toEqual([
      { refusal: 'caller-exists', callerId: 'client-two' },
    ]);
  });

  it('hands nothing over to a caller of somebody else, to itself, or from nobody', async () => {
    await registerCaller(database, auditor, 'client-rides', { role: 'platform', id: 'rides' });
    await registerCaller(database, auditor, 'client-shop', { role: 'merchant', id: 'noodle-shop' });
    const rekey = (from: string, to: string) => rekeyCaller(database, auditor, from, to);
    expect(await rekey('client-rides', 'client-shop')).toMatchObject({ refusal: 'caller-exists' });
    expect(await rekey('client-rides', 'client-rides')).toMatchObject({ refusal: 'invalid' });
    expect(await rekey('client-nobody', 'client-else')).toEqual({ refusal: 'not-found' });
    await expect(trigger(machine('client-rides'))).resolves.toBeDefined();
  });

  it('lists the callers of a role page by page, and each change is in the audit list once', async () => {
    for (const name of ['a', 'b', 'c']) {
      await registerCaller(database, auditor, `client-${name}`, { role: 'attestor', id: `stop-${name}` });
      await registerCaller(database, auditor, `client-${name}`, { role: 'attestor', id: `stop-${name}` });
    }
    await disableCaller(database, auditor, 'client-a');
    await disableCaller(database, auditor, 'client-a');
    const first = await callersOf(database, 'attestor', 2);
    const second = await callersOf(database, 'attestor', 9, first.next ?? undefined);
    expect([...first.callers, ...second.callers].map(({ id }) => id)).toEqual([
      'east-station',
      'stop-a',
      'stop-b',
      'stop-c',
    ]);
    const { records } = await auditOf(database, '2026-03', 100);
    const own = records.filter(({ subject }) => subject === 'client-a').map(({ action }) => action);
    expect(own.sort()).toEqual(['caller.disable', 'caller.register']);
    expect(await disableCaller(database, auditor, 'client-none')).toEqual({ refusal: 'not-found' });
  });
});
