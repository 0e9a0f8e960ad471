import { describe, expect, it } from 'vitest';
import { ContentionError, retry, retryOnConflict, withRetries } from '../../shared/dynamo/retry.ts';

/** Attempts that return (or throw) these results, one after the other. */
function attempts(...results: unknown[]) {
  const left = [...results];
  return async () => {
    const next = left.shift();
    if (next instanceof Error) throw next;
    return next;
  };
}

const noPause = { pauseMsBefore: () => 0 };

describe('withRetries', () => {
  it('returns the first result that is not a retry', async () => {
    expect(await withRetries(attempts(retry, retry, 'done', 'never'), noPause)).toBe('done');
  });

  it('repeats an attempt that fails with a retryable error', async () => {
    const isRetryable = (error: unknown) => (error as Error).message === 'throttled';
    const attempt = attempts(new Error('throttled'), 'done');
    expect(await withRetries(attempt, { ...noPause, isRetryable })).toBe('done');
  });

  it('throws other errors at once, and a retryable error after the last attempt', async () => {
    const isRetryable = (error: unknown) => (error as Error).message === 'throttled';
    const options = { ...noPause, isRetryable, attemptsMax: 2 };
    await expect(withRetries(attempts(new Error('denied'), 'done'), options)).rejects.toThrow('denied');
    const throttled = attempts(new Error('throttled'), new Error('throttled'), 'never');
    await expect(withRetries(throttled, options)).rejects.toThrow('throttled');
  });

  it('lets the caller decide what it gets when all attempts are used up', async () => {
    const options = { ...noPause, attemptsMax: 2 };
    expect(
      await withRetries(attempts(retry, retry, 'never'), { ...options, onExhausted: () => 'given up' }),
    ).toBe('given up');
    await expect(withRetries(attempts(retry, retry, 'never'), options)).rejects.toThrow('none of 2 attempts');
  });

  it('pauses before every attempt but the first', async () => {
    const pauses: number[] = [];
    const pauseMsBefore = (attempt: number) => {
      pauses.push(attempt);
      return 0;
    };
    await withRetries(attempts(retry, retry, 'done'), { pauseMsBefore });
    expect(pauses).toEqual([2, 3]);
  });
});

describe('retryOnConflict', () => {
  it('throws a ContentionError that names the contended item after its last attempt', async () => {
    const attempt = () => retryOnConflict('account d-1', attempts(retry, retry, 'never'), 2);
    await expect(attempt()).rejects.toThrow(ContentionError);
    await expect(attempt()).rejects.toThrow('account d-1');
  });
});
