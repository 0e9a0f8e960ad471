import fc from 'fast-check';

/** Texts that break software: NUL, lone surrogates, bidirectional marks, look-alikes, path traversal, injections. */
const oddTexts = [
  '',
  ' ',
  '\u0000',
  'd-1\u0000',
  '\ud800',
  'a\udfffb',
  '\ufeffd-1',
  '\u202ed-1',
  'd\u2011 1',
  '\u0661',
  'é'.normalize('NFD'),
  '👩‍👩‍👧',
  '王'.repeat(200),
  'x'.repeat(5000),
  '..',
  '../../etc/passwd',
  '%00',
  '%2e%2e%2f',
  'd-1#x',
  'd-1/x',
  'd-1?x=1',
  "' OR '1'='1",
  '{"$ne":null}',
  '$\u007bjndi:ldap://127.0.0.1/x}',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'NaN',
  '-0',
  '1e309',
  '0x10',
  '2026-02-30T00:00:00+08:00',
  '+275760-09-13T00:00:00.001Z',
  '0000-01-01T00:00:00Z',
  '2026-03-10T12:00:00+23:59',
] as const;

export const oddText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...oddTexts) },
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 300 }),
);

const oddNumber = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    -1,
    0.5,
    1e21,
    1e308,
    5e-324,
    -(2 ** 31) - 1,
    2 ** 53,
    2 ** 53 + 2,
    Number.MAX_SAFE_INTEGER,
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
);

/** Any JSON value, unusual ones more often. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, false, [], {}, [[]], [null], { '': '' }),
  oddText,
  oddNumber,
  fc.jsonValue({ maxDepth: 3 }),
);

const oddKey = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toJSON', '', 'ключ', '\u0000', 'driverId', 'entryId', 'seq'),
  fc.string({ maxLength: 20 }),
);

type Change = (value: unknown) => unknown;
const removed = Symbol('removed');

const change: fc.Arbitrary<Change> = fc.oneof(
  oddValue.map(odd => () => odd),
  fc.constant(() => removed),
  fc.tuple(oddKey, oddValue).map(([key, odd]) => (value: unknown) => {
    if (Array.isArray(value)) return [...value, odd];
    return typeof value === 'object' && value !== null
      ? Object.fromEntries([...Object.entries(value), [key, odd]])
      : odd;
  }),
  fc.integer({ min: 1, max: 30 }).map(depth => (value: unknown) => nested(value, depth)),
  fc.integer({ min: 2, max: 120 }).map(times => (value: unknown) => {
    if (typeof value === 'string') return value.repeat(times);
    return Array.isArray(value) ? Array.from({ length: times }, () => value).flat() : [value, value];
  }),
  oddText.map(odd => (value: unknown) => (typeof value === 'string' ? value + odd : odd)),
  fc.constantFrom<Change>(
    value => (typeof value === 'number' ? -value : JSON.stringify(value)),
    value => (typeof value === 'number' ? value + 0.5 : 1.5),
    value => (typeof value === 'string' ? `${value}\n` : [value]),
    value => (typeof value === 'string' ? value.toUpperCase() : { value }),
  ),
);

function nested(value: unknown, depth: number): unknown {
  let whole = value;
  for (let level = 0; level < depth; level += 1) whole = level % 2 ? { a: whole } : [whole];
  return whole;
}

/** A value with one to three of its parts changed to something invalid. */
export function broken(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const changes = fc.array(fc.tuple(fc.nat({ max: 200 }), change), { minLength: 1, maxLength: 3 });
  return fc.tuple(valid, changes).map(([value, all]) =>
    all.reduce((whole, [place, apply]) => {
      const changed = changedAt(whole, { left: place % partsOf(whole) }, apply);
      return changed === removed ? null : changed;
    }, value),
  );
}

function partsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, part) => sum + partsOf(part), 1);
}

/** Walks the parts in order, the value itself first, and changes the part at which the counter reaches zero. */
function changedAt(value: unknown, counter: { left: number }, apply: Change): unknown {
  if (counter.left === 0) {
    counter.left = -1;
    return apply(value);
  }
  if (counter.left < 0) return value;
  counter.left -= 1;
  if (typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value)
    .map(([key, part]): [string, unknown] => [key, changedAt(part, counter, apply)])
    .filter(([, part]) => part !== removed);
  return Array.isArray(value) ? parts.map(([, part]) => part) : Object.fromEntries(parts);
}

/** JSON text that was damaged in transit, or no JSON at all. */
export function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const damage = fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }).map(share => (whole: Buffer) => cut(whole, share)),
    fc.constantFrom<(whole: Buffer) => Buffer>(
      () => Buffer.alloc(0),
      whole => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), whole]),
      whole => Buffer.concat([whole, whole]),
      whole => Buffer.concat([whole, Buffer.from([0])]),
      whole => Buffer.concat([Buffer.from([0xff, 0xfe]), whole]),
      whole => Buffer.from(whole.toString('utf8'), 'utf16le'),
      whole => Buffer.from(whole.toString('latin1').replace(/"/g, "'")),
      whole => Buffer.from(whole.toString('utf8').replace(/:/, ':1e400,"x":')),
      whole => Buffer.from(whole.toString('utf8').replace(/^\{/, '{"a":1,"a":2,')),
      () => Buffer.from('['.repeat(20_000)),
      () => Buffer.from(`{"a":${'9'.repeat(20_000)}}`),
      () => Buffer.from(`"${'\\u0000'.repeat(2000)}"`),
    ),
    fc.uint8Array({ maxLength: 60 }).map(bytes => () => Buffer.from(bytes)),
  );
  return fc.tuple(text, damage).map(([whole, apply]) => apply(Buffer.from(whole)));
}

function cut(whole: Buffer, share: number): Buffer {
  return whole.subarray(0, Math.floor(whole.length * share));
}
