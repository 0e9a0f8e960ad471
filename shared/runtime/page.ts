import type * as z from 'zod';
import { Rejection } from './http.ts';

/** Where a list goes on, as a text that nobody need understand. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** What stands in a cursor that we gave out; anything else is told to be no cursor. */
export function decodeCursor<T>(schema: z.ZodType<T>, cursor: string | undefined): T | undefined | Rejection {
  if (cursor === undefined) return undefined;
  const parsed = schema.safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (parsed.success) return parsed.data;
  return new Rejection('invalid', {
    errors: [{ pointer: '#query/cursor', detail: 'is no cursor of this list' }],
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
