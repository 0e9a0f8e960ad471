import { batchGet } from '../../dynamo/batch.ts';
import type { Database } from '../../dynamo/client.ts';
import type { Instant } from '../../kernel/time.ts';
import { parseEntry } from '../../ledger/store/entries.ts';
import { hasLapsed } from '../rules/attestation.ts';
import { endPending } from './end-attestation.ts';

/** Ends an event that nobody has attested in time; nothing where somebody has, or where there is time left. */
export async function lapseAttestation(
  { database, now }: { readonly database: Database; readonly now: () => Instant },
  entryId: string,
): Promise<boolean> {
  const [found] = await batchGet(database, [{ table: 'ledger', key: { entryId } }]);
  const pending = found && parseEntry(found.item);
  if (pending?.kind !== 'pending') throw new Error(`${entryId} is not pending`);
  if (!hasLapsed(pending, now())) return false;
  const said = { outcome: 'lapsed', attestedBy: 'clock' } as const;
  return (await endPending(database, now, { pending, said, rulebooks: [] })) === null;
}
