import { describe, expect, it } from 'vitest';
import { mapConcurrently } from '../../shared/kernel/concurrency.ts';

const pause = () => new Promise(done => setTimeout(done, 1));

describe('mapConcurrently', () => {
  it('returns results in the order of the items, whichever call ends first', async () => {
    const slowFirst = async (item: number) => {
      if (item === 0) await pause();
      return item * 2;
    };
    expect(await mapConcurrently([0, 1, 2, 3], 2, slowFirst)).toEqual([0, 2, 4, 6]);
  });

  it('runs at most the given number of calls at a time', async () => {
    let running = 0;
    let runningMax = 0;
    await mapConcurrently(Array.from({ length: 20 }), 3, async () => {
      running += 1;
      runningMax = Math.max(runningMax, running);
      await pause();
      running -= 1;
    });
    expect(runningMax).toBe(3);
  });

  it('starts no further call after a failure', async () => {
    const started: number[] = [];
    const failing = async (item: number) => {
      started.push(item);
      await pause();
      if (item === 0) throw new Error('failed');
    };
    await expect(mapConcurrently([0, 1, 2, 3, 4, 5], 2, failing)).rejects.toThrow('failed');
    await pause();
    await pause();
    expect(started).toEqual([0, 1]);
  });
});
