import { batchGet } from '../../dynamo/batch.ts';
import { parseEntry } from '../../ledger/store/entries.ts';
import type { LedgerPorts } from '../../ledger/use-cases/ports.ts';
import { hasLapsed } from '../rules/attestation.ts';
import { endPending } from './end-attestation.ts';

/**
 * Declines a pending event whose attestation period is over.
 *
 * @returns false if the period is not over, or the event was attested in time
 */
export async function lapseAttestation(ports: LedgerPorts, entryId: string): Promise<boolean> {
  const [found] = await batchGet(ports.database, [{ table: 'ledger', key: { entryId } }]);
  const pending = found && parseEntry(found.item);
  if (pending?.kind !== 'pending') throw new Error(`${entryId} is not pending`);
  if (!hasLapsed(pending, ports.now())) return false;
  const attestation = { outcome: 'lapsed', attestedBy: 'clock' } as const;
  return (await endPending(ports, { pending, attestation, rulebooks: [] })) === null;
}
