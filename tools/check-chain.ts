import type { Sha256 } from '../shared/kernel/canonical.ts';
import { chainStart, type EntryView, hashOf } from '../shared/ledger/rules/chain.ts';

/**
 * What is wrong with a driver's entries as the API gives them; nothing where they are whole.
 *
 * @param entries oldest first
 */
export function checkChain(driverId: string, entries: readonly EntryView[], sha256: Sha256): string[] {
  const faults: string[] = [];
  let hash = chainStart(driverId, sha256);
  let balance = 0;
  for (const [index, entry] of entries.entries()) {
    const place = `entry ${entry.seq} (${entry.entryId})`;
    if (entry.seq !== index + 1) faults.push(`${place} stands where ${index + 1} should`);
    if (entry.prevHash !== hash) faults.push(`${place} does not follow the hash before it`);
    if (hashOf(entry, sha256) !== entry.hash) faults.push(`${place} is not what its hash covers`);
    balance += Number(entry.points);
    if (entry.balance !== balance)
      faults.push(`${place} has balance ${entry.balance}, the points add up to ${balance}`);
    hash = String(entry.hash);
  }
  return faults;
}
