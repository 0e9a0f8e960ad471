import { expect, it } from 'vitest';
import { failedItems } from '../../local/events/batch-answer.ts';

const batch = new Set(['a', 'b']);
const error = { ok: false, error: { errorType: 'Error', errorMessage: 'as it was asked' } } as const;
const answer = (body: unknown) => ({ ok: true, payload: JSON.stringify(body) }) as const;

it.each([true, false])(
  'an error is the whole batch’s, whether or not failures are reported (%s)',
  reports => {
    expect(failedItems(error, reports, batch)).toBeNull();
  },
);

it('an answer counts only where failures are reported', () => {
  const failed = answer({ batchItemFailures: [{ itemIdentifier: 'b' }] });
  expect(failedItems(failed, true, batch)).toEqual(new Set(['b']));
  expect(failedItems(failed, false, batch)).toEqual(new Set());
});

it.each([
  [{ batchItemFailures: [{ itemIdentifier: 'c' }] }],
  [{ batchItemFailures: [{}] }],
  [{ batchItemFailures: {} }],
  [[]],
  ['done'],
])('an answer that says nothing of the batch fails all of it: %j', body => {
  expect(failedItems(answer(body), true, batch)).toBeNull();
});

it.each([[null], [''], [{}], [{ batchItemFailures: null }], [{ batchItemFailures: [] }]])(
  'no failure is none: %j',
  body => {
    expect(failedItems(answer(body), true, batch)).toEqual(new Set());
  },
);
