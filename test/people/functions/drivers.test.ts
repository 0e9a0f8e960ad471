import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { handler as Handler } from '../../../functions/drivers.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { transact } from '../../../shared/dynamo/transaction.ts';
import { enrolment } from '../../../shared/people/store/profiles.ts';
import { AwsDouble } from '../../support/aws-double.ts';
import { call, type Request } from '../../support/call.ts';
import { freshDatabase, useEnvironment } from '../../support/database.ts';

/** Who may say what of a driver; consent is the driver's own. */

const aws = new AwsDouble();
let database: Database;
let handler: typeof Handler;

beforeAll(async () => {
  await aws.start();
  database = await freshDatabase();
  useEnvironment(database);
  ({ handler } = await import('../../../functions/drivers.ts'));
});
afterAll(() => aws.stop());

const profile = {
  displayName: '王师傅',
  occupation: 'ride-hailing',
  district: 'donghu',
  platformId: 'rides',
  publishConsent: true,
};

const register = (driverId: string, changes: object = {}, as: Request['as'] = 'organizer office') =>
  call(handler, {
    route: 'PUT /v1/drivers/{driverId}',
    params: { driverId },
    body: { ...profile, ...changes },
    as,
  });
const consent = (driverId: string, publishConsent: unknown, as: Request['as'] = `driver ${driverId}`) =>
  call(handler, {
    route: 'PUT /v1/drivers/{driverId}/consent',
    params: { driverId },
    body: { publishConsent },
    as,
  });

describe('registering a driver', () => {
  it('is 201 the first time, 200 after that, and answers the profile', async () => {
    expect(await register('d-1')).toEqual(
      expect.objectContaining({ status: 201, body: { driverId: 'd-1', ...profile } }),
    );
    expect(await register('d-1', { station: 'hongcheng', driverId: 'd-1' })).toMatchObject({
      status: 200,
      body: { station: 'hongcheng' },
    });
  });

  it('is the organizer’s, or the platform’s for a driver of its own', async () => {
    expect(await register('d-2', {}, 'platform rides')).toMatchObject({ status: 201 });
    expect(await register('d-2', { district: 'xihu' }, 'platform rides')).toMatchObject({ status: 200 });
    expect(await register('d-3', {}, 'platform express')).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
    expect(await register('d-2', { platformId: 'express' }, 'platform express')).toMatchObject({
      status: 404,
    });
    expect(await register('d-2', { platformId: 'express' }, 'platform rides')).toMatchObject({ status: 404 });
    expect(await register('d-2', {}, 'driver d-2')).toMatchObject({ status: 403 });
    expect(await register('d-2', { platformId: 'express' })).toMatchObject({ status: 200 });
    expect(await register('d-2', {}, 'platform rides')).toMatchObject({ status: 404 });
  });

  it('is of a driver whom an event has enrolled the organizer’s or that platform’s', async () => {
    await transact(database, [enrolment(database, 'd-enrolled', 'rides')]);
    const asExpress = { platformId: 'express' };
    expect(await register('d-enrolled', asExpress, 'platform express')).toMatchObject({ status: 404 });
    expect(await register('d-enrolled', {}, 'platform rides')).toMatchObject({ status: 200 });
    expect(await register('d-enrolled', asExpress)).toMatchObject({
      status: 200,
      body: { displayName: '王师傅', platformId: 'express', publishConsent: true },
    });
  });

  it.each([
    ['no name', { displayName: undefined }, '/displayName'],
    ['a blank name', { displayName: ' ' }, '/displayName'],
    ['a name with half a character', { displayName: '王\ud83d' }, '/displayName'],
    ['a name with a control character', { displayName: 'a\u0007' }, '/displayName'],
    ['a name that is written backwards', { displayName: '\u202e王' }, '/displayName'],
    ['a name that nobody sees', { displayName: '\u200b' }, '/displayName'],
    ['consent as text', { publishConsent: 'true' }, '/publishConsent'],
    ['points', { points: 100 }, '/points'],
    ['another driver', { driverId: 'd-other' }, '/driverId'],
  ])('with %s is refused', async (_, changes, pointer) => {
    expect(await register('d-bad', changes)).toMatchObject({
      status: 422,
      body: { code: 'invalid', errors: [{ pointer }] },
    });
  });
});

describe('consent', () => {
  it('is taken from others at the first registration, and can be withdrawn by them', async () => {
    expect(await register('d-10', { publishConsent: true })).toMatchObject({
      body: { publishConsent: true },
    });
    expect(await register('d-10', { publishConsent: false })).toMatchObject({
      body: { publishConsent: false },
    });
  });

  it('once it has been said is given by the driver alone', async () => {
    await register('d-11', { publishConsent: false });
    expect(await register('d-11', { publishConsent: true })).toMatchObject({
      body: { publishConsent: false },
    });
    expect(await consent('d-11', true)).toMatchObject({ status: 200, body: { publishConsent: true } });
    expect(await register('d-11', { publishConsent: true })).toMatchObject({
      body: { publishConsent: true },
    });
    expect(await register('d-11', { publishConsent: false })).toMatchObject({
      body: { publishConsent: false },
    });
    expect(await register('d-11', { publishConsent: true })).toMatchObject({
      body: { publishConsent: false },
    });
  });

  it('that the driver refused before the registration stays refused', async () => {
    await transact(database, [enrolment(database, 'd-12', 'rides')]);
    expect(await consent('d-12', false)).toMatchObject({ status: 200, body: { displayName: null } });
    expect(await register('d-12', { publishConsent: true })).toMatchObject({
      body: { publishConsent: false },
    });
  });

  it('is nobody else’s to set', async () => {
    await register('d-13', { publishConsent: false });
    expect(await consent('d-13', true, 'driver d-1')).toMatchObject({ status: 404 });
    expect(await consent('d-13', true, 'organizer office')).toMatchObject({ status: 403 });
    expect(await consent('d-13', true, 'platform rides')).toMatchObject({ status: 403 });
    expect(await consent('d-13', 1)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/publishConsent' }] },
    });
    expect(await consent('d-nobody', true)).toMatchObject({ status: 404 });
    expect(await register('d-13')).toMatchObject({ body: { publishConsent: false } });
  });

  it('survives registrations and the driver’s word at the same time', async () => {
    await register('d-14', { publishConsent: false });
    const answers = await Promise.all([
      consent('d-14', true),
      ...[1, 2, 3, 4].map(n => register('d-14', { district: `x-${n}` })),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await register('d-14')).toMatchObject({ body: { publishConsent: true } });
  });
});
