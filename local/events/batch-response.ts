import { parsedJson } from '../common/parsed-json.ts';
import type { Outcome } from '../workers/function-pool.ts';

/**
 * The identifiers of the records of a batch that failed; null if the whole batch failed. Follows Lambda's
 * rules for partial batch responses: if the mapping does not report item failures, only an error fails the
 * batch. If it does, a malformed response, or one that names a record outside the batch, fails the whole
 * batch.
 */
export function failedItems(
  outcome: Outcome,
  reportsItemFailures: boolean,
  identifiers: Set<string>,
): Set<string> | null {
  if (!outcome.ok) return null;
  if (!reportsItemFailures) return new Set();
  const response = parsedJson(outcome.payload);
  if (response === null || response === '') return new Set();
  if (typeof response !== 'object' || Array.isArray(response)) return null;
  const { batchItemFailures = [] } = response as { batchItemFailures?: unknown };
  if (batchItemFailures === null) return new Set();
  if (!Array.isArray(batchItemFailures)) return null;
  const failed = new Set<string>();
  for (const failure of batchItemFailures) {
    const identifier = failure?.itemIdentifier;
    if (typeof identifier !== 'string' || !identifiers.has(identifier)) return null;
    failed.add(identifier);
  }
  return failed;
}
