import { describe, expect, it } from 'vitest';
import { guessWindowMs, judgeGuess, unknownCodesMax } from '../../../shared/redemptions/rules/guessing.ts';

const start = Date.parse('2026-03-10T10:00:00+08:00');

/** Tries at these instants, one after another: whether each was let through. */
function letThrough(instants: readonly number[]): boolean[] {
  let triedAt: readonly number[] = [];
  return instants.map(now => {
    const verdict = judgeGuess(triedAt, now);
    if ('notBefore' in verdict) return false;
    triedAt = verdict.triedAt;
    return true;
  });
}

describe('trying unknown codes', () => {
  it('is let through ten times, and no more while the first is within ten minutes', () => {
    const tries = Array.from({ length: 12 }, (_, n) => start + n);
    expect(letThrough(tries)).toEqual([...Array(10).fill(true), false, false]);
  });

  it('counts those of the same millisecond', () => {
    expect(letThrough(Array(11).fill(start))).toEqual([...Array(10).fill(true), false]);
  });

  it('is counted over any ten minutes, not by the hour hand', () => {
    const late = Array.from({ length: 9 }, (_, n) => start + guessWindowMs - 10 + n);
    const next = Array.from({ length: 10 }, (_, n) => start + guessWindowMs + n);
    expect(letThrough([start, ...late, ...next]).filter(Boolean)).toHaveLength(unknownCodesMax + 1);
  });

  it('says when to go on, and what was refused does not put that off', () => {
    const full = Array.from({ length: unknownCodesMax }, (_, n) => start + n);
    expect(judgeGuess(full, start + 100)).toEqual({ notBefore: start + guessWindowMs });
    expect(judgeGuess(full, start + guessWindowMs - 1)).toHaveProperty('notBefore');
    expect(judgeGuess(full, start + guessWindowMs)).toEqual({
      triedAt: [...full.slice(1), start + guessWindowMs],
    });
  });

  it('is counted whichever of the clocks is ahead, and in whichever order the tries are counted', () => {
    const backwards = Array.from({ length: 12 }, (_, n) => start - n);
    expect(letThrough(backwards)).toEqual([...Array(10).fill(true), false, false]);
    const ahead = Array.from({ length: unknownCodesMax }, (_, n) => start + guessWindowMs - 1 - n);
    expect(judgeGuess(ahead, start)).toHaveProperty('notBefore');
  });

  it('forgets what a clock that has been set back has put into the future', () => {
    const future = Array.from({ length: unknownCodesMax }, (_, n) => start + guessWindowMs + n);
    expect(judgeGuess(future, start)).toEqual({ triedAt: [start] });
  });
});
