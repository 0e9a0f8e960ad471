import { expect, it } from 'vitest';
import { failedItems } from '../../local/events/batch-response.ts';

const batch = new Set(['a', 'b']);
const error = { ok: false, error: { errorType: 'Error', errorMessage: 'requested by the test' } } as const;
const response = (body: unknown) => ({ ok: true, payload: JSON.stringify(body) }) as const;

it.each([true, false])(
  'fails the whole batch on an error (ReportBatchItemFailures: %s)',
  reportsItemFailures => {
    expect(failedItems(error, reportsItemFailures, batch)).toBeNull();
  },
);

it('reads the response only if the mapping reports item failures', () => {
  const failed = response({ batchItemFailures: [{ itemIdentifier: 'b' }] });
  expect(failedItems(failed, true, batch)).toEqual(new Set(['b']));
  expect(failedItems(failed, false, batch)).toEqual(new Set());
});

it.each([
  [{ batchItemFailures: [{ itemIdentifier: 'c' }] }],
  [{ batchItemFailures: [{}] }],
  [{ batchItemFailures: {} }],
  [[]],
  ['done'],
])('fails the whole batch if the response is malformed or names an unknown record: %j', body => {
  expect(failedItems(response(body), true, batch)).toBeNull();
});

it.each([[null], [''], [{}], [{ batchItemFailures: null }], [{ batchItemFailures: [] }]])(
  'returns no failures for the response %j',
  body => {
    expect(failedItems(response(body), true, batch)).toEqual(new Set());
  },
);
