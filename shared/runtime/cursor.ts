import * as z from 'zod';
import type { Endpoint } from '../kernel/endpoint.ts';
import type { Refusal } from '../kernel/refusal.ts';

/** The position that an endpoint's cursors carry. */
export type PositionOf<E extends Endpoint> = E extends { readonly cursor: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : never;

/** Makes the opaque cursor that continues a list at a position. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/**
 * Reads the position from a cursor that this list gave out before; `undefined` without a cursor.
 *
 * @param params path parameters: a position that repeats one with another value belongs to another list
 */
export function decodeCursor<Schema extends z.ZodType>(
  schema: Schema,
  cursor: unknown,
  params: unknown,
): { readonly position: z.output<Schema> | undefined } | Refusal<'invalid'> {
  if (typeof cursor !== 'string') return { position: undefined };
  const parsed = z.safeParse(schema, jsonOf(Buffer.from(cursor, 'base64url').toString('utf8')));
  return parsed.success && isOfList(parsed.data, params) ? { position: parsed.data } : foreignCursor;
}

const foreignCursor: Refusal<'invalid'> = {
  refusal: 'invalid',
  errors: [
    { pointer: '#query/cursor', detail: 'must be the nextCursor of this list; start again without a cursor' },
  ],
};

function isOfList(position: unknown, params: unknown): boolean {
  if (typeof position !== 'object' || position === null) return true;
  const here = params as Readonly<Record<string, unknown>>;
  return Object.entries(position).every(
    ([name, value]) => !Object.hasOwn(here, name) || here[name] === value,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
