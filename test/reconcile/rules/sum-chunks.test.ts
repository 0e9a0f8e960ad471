import { describe, expect, it } from 'vitest';
import {
  addToChunks,
  chunkBytesMax,
  mergeChunks,
  type SumChunks,
} from '../../../shared/reconcile/rules/sum-chunks.ts';
import { addSums, type Sums } from '../../../shared/reconcile/rules/sums.ts';

/** A name so long that five of them fill a chunk. */
const long = (number: number) => `${number}|`.padEnd(chunkBytesMax / 3 / 5 - 20, 'x');
const sums = (...numbers: number[]): Sums =>
  Object.fromEntries(numbers.map(number => [long(number), [number]]));

describe('sums in chunks', () => {
  it('keeps the same totals as unsplit sums', () => {
    let whole: Sums = {};
    let chunks: SumChunks = [];
    for (let page = 0; page < 20; page += 1) {
      const more = sums(page, page + 1, 2 * page, 7);
      whole = addSums(whole, more);
      chunks = addToChunks(chunks, more).chunks;
      expect(mergeChunks(chunks)).toEqual(whole);
    }
    expect(chunks.length).toBeGreaterThan(3);
  });

  it('fills one chunk after the other and keeps each name in its chunk', () => {
    const first = addToChunks([], sums(1, 2, 3, 4, 5, 6, 7));
    expect(first.chunks).toEqual([sums(1, 2, 3, 4, 5), sums(6, 7)]);
    expect(first.changed).toEqual(new Set([0, 1]));
    const second = addToChunks(first.chunks, sums(8, 2));
    expect(second.chunks).toEqual([addSums(sums(1, 2, 3, 4, 5), sums(2)), sums(6, 7, 8)]);
    expect(addToChunks(second.chunks, sums(3)).changed).toEqual(new Set([0]));
  });

  it('gives a name that is longer than a chunk its own chunk', () => {
    const huge = { ['x'.repeat(chunkBytesMax)]: [1] };
    expect(addToChunks([], huge).chunks).toEqual([huge]);
    expect(addToChunks([sums(1)], huge).chunks).toEqual([sums(1), huge]);
    expect(addToChunks([huge], sums(1)).chunks).toEqual([huge, sums(1)]);
  });

  it('counts the bytes of numbers and names and fills a chunk to the last byte', () => {
    const [a, b, c] = ['a', 'b', 'c'].map(name => ({ [name]: Array<number>(1000).fill(1) }));
    expect(addToChunks([], { ...a, ...b, ...c }).chunks).toEqual([{ ...a, ...b }, c]);
    const half = (letter: string) => ({ [letter.repeat((chunkBytesMax - 88) / 6)]: [1, 1] });
    expect(addToChunks([half('a')], half('b')).chunks).toHaveLength(1);
    expect(addToChunks([half('a')], { ...half('b'), more: [1] }).chunks).toHaveLength(2);
  });

  it('leaves chunks unchanged when nothing is added', () => {
    expect(addToChunks([sums(1)], {})).toEqual({ chunks: [sums(1)], changed: new Set() });
  });
});
