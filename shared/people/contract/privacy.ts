import * as z from 'zod';
import { endpoint } from '../../kernel/endpoint.ts';
import { CursorKey, Id, Page, pageQuery } from '../../kernel/primitives.ts';

const driverParams = z.strictObject({ driverId: Id });

export const eraseDriver = endpoint({
  route: 'DELETE /v1/drivers/{driverId}',
  servedBy: 'erase-driver',
  summary:
    '删除司机个人信息 · Erase who a driver is, and what was sent as proof; points, sums and rankings stay, without a name',
  roles: ['organizer'],
  params: driverParams,
  query: z.strictObject({}),
  body: z.undefined(),
  answers: { 200: z.strictObject({ driverId: z.string(), erasedAt: z.string() }) },
  refusals: ['not-found'],
});

/** What is held on a driver, in the order in which it is given. */
export const heldKinds = [
  'profile',
  'account',
  'entry',
  'evidence',
  'attestation',
  'redemption',
  'caller',
] as const;

export const HeldRecord = z
  .strictObject({ kind: z.enum(heldKinds), data: z.looseObject({}) })
  .meta({ id: 'HeldRecord' });
export type HeldRecord = z.infer<typeof HeldRecord>;

export const EntryPosition = z.int().min(1);
export const RedemptionPosition = z.strictObject({ reservedAt: CursorKey, redemptionId: CursorKey });

/** The section of the export that the next page reads, and the position in it; `null` at its beginning. */
export const ExportPosition = z.discriminatedUnion('section', [
  z.strictObject({ section: z.literal(0), after: z.null() }),
  z.strictObject({ section: z.literal(1), after: z.null() }),
  z.strictObject({ section: z.literal(2), after: EntryPosition.nullable() }),
  z.strictObject({ section: z.literal(3), after: CursorKey.nullable() }),
  z.strictObject({ section: z.literal(4), after: CursorKey.nullable() }),
  z.strictObject({ section: z.literal(5), after: RedemptionPosition.nullable() }),
  z.strictObject({ section: z.literal(6), after: CursorKey.nullable() }),
]);
export type ExportPosition = z.infer<typeof ExportPosition>;

export const exportDriver = endpoint({
  route: 'GET /v1/drivers/{driverId}/export',
  servedBy: 'export-driver',
  summary:
    '导出个人数据 · All that is held on a driver: profile, account, entries newest first, proofs, attestations, redemptions newest first, who may call for the driver',
  roles: ['organizer', 'driver'],
  params: driverParams,
  query: z.strictObject(pageQuery),
  cursor: ExportPosition,
  body: z.undefined(),
  answers: { 200: Page(HeldRecord) },
  refusals: ['not-found'],
});
