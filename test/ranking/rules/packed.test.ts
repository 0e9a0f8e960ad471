import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PackedReader, PackedWriter } from '../../../shared/ranking/rules/packed.ts';

const written = (write: (writer: PackedWriter) => void) => {
  const writer = new PackedWriter();
  write(writer);
  return writer.bytes();
};

describe('packed numbers', () => {
  it.each([
    [0, [0]],
    [127, [127]],
    [128, [128, 1]],
    [300, [172, 2]],
    [16_383, [255, 127]],
    [16_384, [128, 128, 1]],
  ])('encodes %i with seven bits per byte, lowest first', (value, bytes) => {
    expect([...written(writer => writer.number(value))]).toEqual(bytes);
  });

  it.each([
    [0, 0],
    [-1, 1],
    [1, 2],
    [-2, 3],
    [63, 126],
    [-64, 127],
  ])('encodes the signed number %i in one byte', (value, byte) => {
    expect([...written(writer => writer.number(value, true))]).toEqual([byte]);
  });

  it('packs the largest safe integer and rejects negative, fractional and larger numbers', () => {
    const { MAX_SAFE_INTEGER: max } = Number;
    expect(new PackedReader(written(writer => writer.number(max))).number()).toBe(max);
    for (const wrong of [-1, 0.5, max + 1, Number.NaN])
      expect(() => new PackedWriter().number(wrong)).toThrow('cannot be packed');
    for (const wrong of [0.25, max, -max])
      expect(() => new PackedWriter().number(wrong, true)).toThrow('cannot be packed');
  });
});

describe('a packed block', () => {
  const values = fc.array(
    fc.oneof(
      fc.record({ id: fc.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/) }),
      fc.record({ number: fc.maxSafeNat() }),
      fc.record({ signed: fc.integer() }),
    ),
    { maxLength: 200 },
  );

  it('reads all packed values in the order in which they were written', () => {
    fc.assert(
      fc.property(values, all => {
        const bytes = written(writer => {
          for (const one of all) {
            if ('id' in one) writer.id(one.id);
            else if ('number' in one) writer.number(one.number);
            else writer.number(one.signed, true);
          }
        });
        const reader = new PackedReader(bytes);
        const read = all.map(one => {
          expect(reader.atEnd).toBe(false);
          if ('id' in one) return { id: reader.id() };
          return 'number' in one ? { number: reader.number() } : { signed: reader.number(true) };
        });
        expect(read).toEqual(all);
        expect(reader.atEnd).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('throws when a packed block is truncated', () => {
    const bytes = written(writer => writer.id('d-1').number(300));
    const reader = new PackedReader(bytes.subarray(0, -1));
    expect(reader.id()).toBe('d-1');
    expect(() => reader.number()).toThrow('ends early');
  });

  it('grows the buffer beyond its initial capacity', () => {
    const many = Array.from({ length: 5000 }, (_, index) => index);
    const reader = new PackedReader(
      written(writer => {
        for (const one of many) writer.number(one);
      }),
    );
    expect(many.map(() => reader.number())).toEqual(many);
    expect(reader.atEnd).toBe(true);
  });
});
