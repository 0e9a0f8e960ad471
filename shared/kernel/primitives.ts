import * as z from 'zod';
import { instantOf } from './time.ts';

/** Ids of drivers, platforms, events, merchants, rewards and requests. */
export const Id = z.string().regex(/^[A-Za-z0-9._:-]{1,128}$/, 'must be 1 to 128 of A-Z a-z 0-9 . _ : -');

/** The local years that four digits can say: months, by which so much is kept, are compared as text. */
const firstInstant = instantOf('0000-01-01T00:00:00+08:00');
const lastInstant = instantOf('9999-12-31T23:59:59.999+08:00');

/** ISO 8601 with an offset: `2026-04-02T12:00:00+08:00`. */
export const Time = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 time with an offset, as 2026-04-02T12:00:00+08:00' })
  .max(40)
  .refine(text => Date.parse(text) >= firstInstant && Date.parse(text) <= lastInstant, 'is not a time');

/** As it was taken in once, or made by us: what is stored is held against no newer rule. */
export const StoredTime = z.string().refine(text => !Number.isNaN(Date.parse(text)), 'is not a time');

/** `2026-03`. */
export const Month = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'must be a month, as 2026-03');

/** Characters that are not seen and change what is: controls, and those that turn the direction of writing. */
const unseen = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** What people read: no control characters, no half characters, not blank. */
export function Text(lengthMax: number) {
  return z
    .string()
    .min(1)
    .max(lengthMax)
    .refine(text => text.isWellFormed(), 'holds half a character')
    .refine(text => !unseen.test(text), 'holds a control character')
    .refine(text => /[^\p{Cf}\p{Z}]/u.test(text), 'must not be blank');
}

export const pointsMax = 1_000_000;
/** Points of one act; above zero. */
export const Points = z.int().min(1).max(pointsMax);
/** Money in fen; zero or more. */
export const Fen = z.int().min(0).max(100_000_000);

export const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

/** Of a request that is said whole by its path: a body need not come. */
export const NoBody = z.strictObject({}).optional();

const limitMax = 100;
const limitDefault = 50;

/** Every list takes these. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a whole number from 1 to 100')
    .transform(Number)
    .refine(limit => limit >= 1 && limit <= limitMax, 'must be a whole number from 1 to 100')
    .default(limitDefault)
    .meta({ description: '1 to 100' }),
  cursor: z.string().min(1).max(1024).optional().meta({ description: 'nextCursor of the page before' }),
};

/** A text in a cursor, where a table's key is gone on after: none that the table would not take. */
export const CursorKey = z
  .string()
  .min(1)
  .max(1024)
  .refine(text => text.isWellFormed());

export function Page<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}
