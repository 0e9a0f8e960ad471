import type { Database } from '../../shared/dynamo/client.ts';
import { intercept } from './faults.ts';

/**
 * Has every query and scan answer at most so many items at once, as DynamoDB does after a megabyte.
 *
 * @returns what ends it
 */
export function smallPages(database: Database, itemsMax: number): () => void {
  return intercept(database, ({ command, input }, proceed) => {
    if (command !== 'QueryCommand' && command !== 'ScanCommand') return proceed();
    const limit = typeof input.Limit === 'number' ? Math.min(input.Limit, itemsMax) : itemsMax;
    return proceed({ ...input, Limit: limit });
  });
}
