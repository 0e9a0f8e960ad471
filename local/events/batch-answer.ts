import type { Outcome } from '../workers/function-pool.ts';

/**
 * Which records of a batch failed, by their identifiers: null for all of them. Without `reports` only an error
 * counts; with it an answer that is malformed, or names a record that was not there, fails the whole batch.
 */
export function failedItems(
  outcome: Outcome,
  reports: boolean,
  identifiers: Set<string>,
): Set<string> | null {
  if (!outcome.ok) return null;
  if (!reports) return new Set();
  const answer = parsedJson(outcome.payload);
  if (answer === null || answer === '') return new Set();
  if (typeof answer !== 'object' || Array.isArray(answer)) return null;
  const { batchItemFailures = [] } = answer as { batchItemFailures?: unknown };
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

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
