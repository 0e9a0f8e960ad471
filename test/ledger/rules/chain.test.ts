import { describe, expect, it } from 'vitest';
import { canonical } from '../../../shared/kernel/canonical.ts';
import { sha256 } from '../../../shared/kernel/digest.ts';
import { evolve } from '../../../shared/ledger/rules/account.ts';
import { chainStart, entryView, hashOf } from '../../../shared/ledger/rules/chain.ts';
import { checkChain } from '../../../tools/check-chain.ts';
import { event, given, happens, newDriver, reversal } from '../../support/given.ts';

describe('canonical JSON', () => {
  it('writes the example of RFC 8785, 3.2.2', () => {
    const value = JSON.parse(
      String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    );
    expect(canonical(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('sorts names by UTF-16 code units: the example of RFC 8785, 3.2.3', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const sorted = Object.keys(JSON.parse(canonical(Object.fromEntries(names.map(name => [name, 0])))));
    expect(new Set(sorted)).toEqual(new Set(names));
    expect(canonical(Object.fromEntries(names.map(name => [name, 0])))).toBe(
      '{"\\r":0,"1":0,"\u0080":0,"\u00f6":0,"\u20ac":0,"\ud83d\ude00":0,"\ufb33":0}',
    );
  });

  it('leaves out what is absent, writes null, and knows one zero', () => {
    expect(canonical({ b: undefined, a: null, c: -0 })).toBe('{"a":null,"c":0}');
  });

  it('knows no text for what JSON has not', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => canonical([value])).toThrow('no JSON');
  });
});

describe('the hash of an entry', () => {
  it('is that of the test vector in docs/hash-chain.md', () => {
    const prevHash = chainStart('d-00001', sha256);
    expect(prevHash).toBe('dbfb962c30cbef945a577544a80962843d2eeba2c4a7f606bd9bc3fe136453d4');
    const entry = {
      entryId: 'award#hongcheng-rides#ho-1',
      seq: 1,
      kind: 'award',
      points: 30,
      balance: 30,
      minutes: 90,
      occurredAt: '2026-03-10T08:00:00+08:00',
      recordedAt: '2026-03-10T08:00:02.125+08:00',
      platformId: 'hongcheng-rides',
      eventId: 'ho-1',
      activity: 'traffic-guidance',
      rulebookVersion: 1,
      rankingMonth: '2026-03',
      prevHash,
    };
    const hash = '7829a470c0b762e998bdda2eea77bd3ba577f68b238394937e99a58906d3c3f1';
    expect(hashOf(entry, sha256)).toBe(hash);
    expect(hashOf({ ...entry, hash }, sha256)).toBe(hash);
  });
});

describe('a chain', () => {
  const steps = [
    event(),
    event({ eventId: 'e-2' }),
    event({ eventId: 'e-3', minutes: 1 }),
    reversal('e-1', '2026-03-11T12:00:00Z'),
  ];
  const entries = () => steps.reduce(happens, newDriver()).entries;
  const views = () => entries().map(entryView);

  it('holds as it was written', () => {
    expect(checkChain('d-1', views(), sha256)).toEqual([]);
    expect(entries().map(({ kind }) => kind)).toEqual(['award', 'award', 'declined', 'reversal']);
  });

  it('belongs to one driver', () => {
    expect(checkChain('d-2', views(), sha256)).not.toEqual([]);
  });

  it('tells of each field that it was changed', () => {
    const all = views();
    for (const name of Object.keys(all[3] ?? {})) {
      const changed = all.map((view, index) => (index === 3 ? { ...view, [name]: 'another' } : view));
      expect(checkChain('d-1', changed, sha256), name).not.toEqual([]);
    }
  });

  it('tells that an entry was left out or moved', () => {
    expect(checkChain('d-1', views().toSpliced(1, 1), sha256)).not.toEqual([]);
    expect(checkChain('d-1', views().toReversed(), sha256)).not.toEqual([]);
  });

  it('is not folded with a gap or an entry that does not add up', () => {
    const [first, second] = entries();
    if (!first || !second) throw new Error('no entries');
    expect(() => evolve(newDriver().account, second)).toThrow('entry 2 cannot follow entry 0');
    expect(() => evolve(newDriver().account, { ...first, points: 1000 })).toThrow('does not add up');
    expect(() => evolve(newDriver().account, { ...first, points: -5, lots: { '2026-03': -5 } })).toThrow(
      'would become -5',
    );
  });
});

describe('a driver', () => {
  it('has a balance after each entry that is the sum so far', () => {
    given(event(), event({ eventId: 'e-2' }), reversal('e-1', '2026-03-11T12:00:00Z')).has({
      balance: 20,
      seq: 3,
    });
  });
});
