import { count, log } from './observe.ts';
import type { Change } from './stream.ts';

/**
 * The new items among changes of the ledger, undefined for any other: an entry that was changed or deleted is what
 * nobody is allowed to do, and an alarm.
 */
export function insertedItems(changes: readonly Change[]): Change['after'][] {
  return changes.map(({ before, after, sequenceNumber }) => {
    if (after && !before) return after;
    log.critical('an entry of the ledger was changed or deleted', {
      sequenceNumber,
      entryId: before?.entryId,
    });
    count('LedgerTampered');
    return undefined;
  });
}
