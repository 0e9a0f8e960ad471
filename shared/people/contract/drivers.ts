import * as z from 'zod';
import { endpoint } from '../../kernel/endpoint.ts';
import { Id, Text } from '../../kernel/primitives.ts';

export const ProfileBody = z
  .strictObject({
    displayName: Text(60),
    occupation: Id,
    district: Id,
    platformId: Id,
    station: Id.optional(),
    publishConsent: z.boolean(),
  })
  .meta({
    examples: [
      {
        displayName: '王建国',
        occupation: 'courier',
        district: 'qingyunpu',
        platformId: 'hongcheng-rides',
        publishConsent: true,
      },
    ],
  });
export type ProfileBody = z.infer<typeof ProfileBody>;

/** Null where a driver's first event came before any registration. */
export const ProfileView = z
  .strictObject({
    driverId: z.string(),
    displayName: z.string().nullable(),
    occupation: z.string().nullable(),
    district: z.string().nullable(),
    platformId: z.string(),
    station: z.string().optional(),
    publishConsent: z.boolean(),
  })
  .meta({ id: 'Driver' });
export type ProfileView = z.infer<typeof ProfileView>;

const driverParams = z.strictObject({ driverId: Id });

export const putDriver = endpoint({
  route: 'PUT /v1/drivers/{driverId}',
  servedBy: 'drivers',
  summary:
    '登记司机 · Register a driver; publishConsent is taken at the first registration, later only withdrawn',
  roles: ['organizer', 'platform'],
  params: driverParams,
  query: z.strictObject({}),
  body: ProfileBody,
  answers: { 200: ProfileView, 201: ProfileView },
  refusals: ['not-found', 'driver-erased'],
});

export const putConsent = endpoint({
  route: 'PUT /v1/drivers/{driverId}/consent',
  servedBy: 'drivers',
  summary: '公开姓名的意愿 · Whether the driver’s name may be shown',
  roles: ['driver'],
  params: driverParams,
  query: z.strictObject({}),
  body: z.strictObject({ publishConsent: z.boolean() }).meta({ examples: [{ publishConsent: false }] }),
  answers: { 200: ProfileView },
  refusals: ['not-found', 'driver-erased'],
});
