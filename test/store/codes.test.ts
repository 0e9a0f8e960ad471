import { describe, expect, it } from 'vitest';
import { CodeKeys, codesFrom, seedOf } from '../../shared/store/codes.ts';

const secrets = {
  1: 'a secret that is long enough, the first',
  2: 'a secret that is long enough, the second',
};
const first = codesFrom({ current: '1', 1: secrets[1] });
const second = codesFrom({ current: '2', ...secrets });
const seed = seedOf('d-1', 'key-1', 0);

describe('what names a request', () => {
  it('is another for each driver, key and turn, and always the same', () => {
    const seeds = [
      seed,
      seedOf('d-2', 'key-1', 0),
      seedOf('d-1', 'key-2', 0),
      seedOf('d-1', 'key-1', 1),
      seedOf('d-1","key-1', '', 0),
    ];
    expect(new Set(seeds).size).toBe(5);
    expect(seedOf('d-1', 'key-1', 0)).toBe(seed);
    expect(seed).not.toContain('d-1');
  });
});

describe('a code', () => {
  const [{ code, redemptionId, keyVersion }] = first.candidates(seed);

  it('is ten characters that cannot be misread, the first of which tells the key', () => {
    expect(code).toMatch(/^1[0-9A-HJKMNP-TV-Z]{9}$/);
    expect(keyVersion).toBe('1');
    expect(second.candidates(seed)[0].code).toMatch(/^2/);
  });

  it('is found however it is typed', () => {
    const typed = [code, code.toLowerCase(), `${code.slice(0, 5)}-${code.slice(5)}`, ` ${code} `];
    const wide = [...code].map(letter => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)).join('');
    for (const one of [...typed, wide]) expect(first.redemptionIdOf(one), one).toBe(redemptionId);
    const zeros = '1000000000';
    expect(first.redemptionIdOf('1OoO0OoOO0')).toBe(first.redemptionIdOf(zeros));
    expect(first.redemptionIdOf('iooooooooo')).toBe(first.redemptionIdOf(zeros));
    expect(first.redemptionIdOf('Looooooooo')).toBe(first.redemptionIdOf(zeros));
  });

  it('is none of another length, with other characters, or of a key that is not kept', () => {
    for (const one of ['', code.slice(0, 9), `${code}0`, `${code.slice(0, 9)}U`, `3${code.slice(1)}`])
      expect(first.redemptionIdOf(one), one).toBeUndefined();
  });

  it('goes on under its own key when another is current', () => {
    expect(second.redemptionIdOf(code)).toBe(redemptionId);
    expect(second.candidates(seed).map(one => one.keyVersion)).toEqual(['2', '1']);
    expect(second.candidates(seed)[1]).toEqual({ code, redemptionId, keyVersion: '1' });
    expect(second.codeOf(seed, '1')).toBe(code);
    expect(first.codeOf(seed, '2')).toBeUndefined();
  });
});

describe('the keys', () => {
  it('are long, have a version each, and one of them is current', () => {
    const takes = (keys: object) => CodeKeys.safeParse(keys).success;
    expect(takes({ current: '2', ...secrets })).toBe(true);
    expect(takes({ current: '3', ...secrets })).toBe(false);
    expect(takes(secrets)).toBe(false);
    expect(takes({ current: '1', 1: 'short' })).toBe(false);
    expect(takes({ current: '32', 32: secrets[1] })).toBe(false);
    expect(takes({ current: '01', '01': secrets[1] })).toBe(false);
  });
});
