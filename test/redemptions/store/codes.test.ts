import { describe, expect, it } from 'vitest';
import { CodeKeys, codesFrom, seedOf } from '../../../shared/redemptions/store/codes.ts';

const first = 'the first secret of all '.repeat(2);
const second = 'the second secret, later '.repeat(2);
const before = codesFrom({ current: '1', 1: first });
const meanwhile = codesFrom({ current: '2', 1: first, 2: second });
const after = codesFrom({ current: '2', 2: second });

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const seeds = Array.from({ length: 6400 }, (_, n) => seedOf(`d-${n % 80}`, `k-${n}`, 0));
const madeBy = (codes: typeof before, seed: string) => codes.candidates(seed)[0];

describe('a code', () => {
  const codes = seeds.map(seed => madeBy(before, seed).code);

  it('has ten characters, which nobody takes for one another', () => {
    for (const code of codes) expect(code).toMatch(/^1[0-9A-HJKMNP-TV-Z]{9}$/);
  });

  it('is nobody else’s', () => {
    expect(new Set(codes).size).toBe(codes.length);
    expect(new Set(seeds.map(seed => madeBy(before, seed).redemptionId)).size).toBe(codes.length);
  });

  it('holds every character in every place, each about as often: there is nothing to guess by', () => {
    const expected = codes.length / alphabet.length;
    for (let place = 1; place < 10; place += 1) {
      for (const character of alphabet) {
        const found = codes.filter(code => code[place] === character).length;
        expect(Math.abs(found - expected)).toBeLessThan(expected / 2);
      }
    }
  });

  it('hangs on the secret: who knows the request, or the redemption, does not know it', () => {
    const others = codesFrom({ current: '1', 1: second });
    for (const seed of seeds.slice(0, 100)) {
      const { code, redemptionId } = madeBy(before, seed);
      expect(madeBy(others, seed).code).not.toBe(code);
      expect(others.redemptionIdOf(code)).not.toBe(redemptionId);
    }
  });

  it.each([
    (code: string) => code.toLowerCase(),
    (code: string) => `${code.slice(0, 5)} ${code.slice(5)}`,
    (code: string) => `${code.slice(0, 4)}-${code.slice(4, 7)}–${code.slice(7)}`,
    (code: string) => code.replaceAll('0', 'O').replaceAll('1', 'I'),
    (code: string) => code.replaceAll('0', 'o').replaceAll('1', 'l'),
    (code: string) => code.replace(/./g, one => String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xfee0)),
  ])('is the same as people type it: %s', typed => {
    const all = seeds.map(seed => madeBy(before, seed));
    const [mistakable] = all.filter(({ code }) => code.includes('0') && code.includes('1', 1));
    const { code = '', redemptionId } = mistakable ?? {};
    expect(before.redemptionIdOf(typed(code))).toBe(redemptionId);
    expect(code).toContain('0');
  });

  it.each([
    '',
    '1',
    '12345678',
    '1234567890A',
    '3234567890',
    'U234567890',
    '1234567!90',
    '杯杯杯杯杯杯杯杯杯杯',
  ])('%j is none', typed => {
    expect(before.redemptionIdOf(typed)).toBeUndefined();
  });
});

describe('a request', () => {
  it('is told from every other: another driver, another key, another turn, and where one ends', () => {
    const all = [seedOf('a', 'b', 0), seedOf('b', 'a', 0), seedOf('ab', '', 0), seedOf('a', 'b', 1)];
    expect(new Set([...all, seedOf('a","b', '', 0)]).size).toBe(5);
  });
});

describe('when the key changes', () => {
  const [seed = ''] = seeds;
  const old = madeBy(before, seed);

  it('codes that are out there are found and shown as before', () => {
    expect(meanwhile.redemptionIdOf(old.code)).toBe(old.redemptionId);
    expect(meanwhile.codeOf(seed, '1')).toBe(old.code);
  });

  it('new ones tell that they are by the new one, and the request is known under both', () => {
    expect(madeBy(meanwhile, seed).code).toMatch(/^2/);
    expect(meanwhile.candidates(seed)).toEqual([madeBy(after, seed), old]);
  });

  it('and the old one is gone, its codes are nobody’s', () => {
    expect(after.redemptionIdOf(old.code)).toBeUndefined();
    expect(after.codeOf(seed, '1')).toBeUndefined();
  });
});

describe('keys', () => {
  it.each([
    ['one', { current: '1', 1: first }],
    ['the first and the last version', { current: '31', 0: first, 31: second }],
  ])('may be %s', (_, keys) => {
    expect(CodeKeys.safeParse(keys).success).toBe(true);
  });

  it.each([
    ['none that is current', { 1: first }],
    ['none of the current version', { current: '2', 1: first }],
    ['of a version that has no character', { current: '1', 1: first, 32: second }],
    ['of one version in two spellings', { current: '1', 1: first, '01': second }],
    ['so short that they can be tried', { current: '1', 1: 'short' }],
  ])('may not be %s', (_, keys) => {
    expect(CodeKeys.safeParse(keys).success).toBe(false);
  });
});
