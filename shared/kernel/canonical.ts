/** Anything that JSON can say. An absent field is one that is `undefined`. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/** SHA-256 of a text's UTF-8, as 64 lower-case hex digits. Handed in, so that the rules import nothing. */
export type Sha256 = (text: string) => string;

/** SHA-256 of bytes. Handed in, so that the rules import nothing. */
export type Sha256Bytes = (bytes: Uint8Array) => Uint8Array;

/**
 * The one text of a value: members sorted by name, no white space, numbers and strings as ECMAScript writes them
 * (RFC 8785, JSON Canonicalization Scheme). Equal values have equal texts, whoever writes them.
 */
export function canonical(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`no JSON for ${value}`);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.entries(value)
    .filter((member): member is [string, Json] => member[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}
