import { type Auditor, audited } from '../../audit/store/audit.ts';
import { forgetWhatWasSaid } from '../../awards/store/attestations.ts';
import { forgetEvidence } from '../../awards/store/evidence.ts';
import type { Database } from '../../dynamo/client.ts';
import { retry, retryOnConflict } from '../../dynamo/retry.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { toLocalIso } from '../../kernel/time.ts';
import type { Profile } from '../../ledger/contract/items.ts';
import { forgetCallersFor } from '../../people/store/callers.ts';
import { readProfile, replaceProfile } from '../../people/store/profiles.ts';
import { BoardReader } from '../../ranking/store/board-reader.ts';
import { eraseProofs } from '../../ranking/use-cases/proof.ts';
import { forgetRequests } from '../../redemptions/store/driver-redemptions.ts';

export interface Erasure {
  readonly driverId: string;
  readonly erasedAt: string;
}

/**
 * Forgets who a driver is. A tombstone stays, so that nothing personal can come in under this id again; it goes first,
 * so that proofs that come in meanwhile see it. Once more finishes what broke off, and is the same.
 *
 * What has no name in it stays as it is: entries, account, published rankings, and the sums over them; of redemptions
 * what statements and stock are made from.
 */
export async function eraseDriver(
  database: Database,
  driverId: string,
  auditor: Auditor,
): Promise<Erasure | Refusal<'not-found'>> {
  const erasedAt = await buryProfile(database, driverId, auditor);
  if (erasedAt === undefined) return { refusal: 'not-found' };
  await forgetEvidence(database, driverId);
  await forgetWhatWasSaid(database, driverId);
  await forgetCallersFor(database, driverId);
  await forgetRequests(database, driverId);
  await eraseProofs({ database, reader: new BoardReader(database) }, driverId);
  return { driverId, erasedAt };
}

/** @returns when it was erased; undefined where there was nothing to erase */
async function buryProfile(
  database: Database,
  driverId: string,
  auditor: Auditor,
): Promise<string | undefined> {
  return retryOnConflict(`profile ${driverId}`, async () => {
    const before = await readProfile(database, driverId);
    if (!before || before.erasedAt) return before?.erasedAt;
    const after = tombstone(before, toLocalIso(auditor.at));
    const audit = audited(database, auditor, {
      action: 'driver.erase',
      subject: driverId,
      before: { revision: before.revision },
      after: { revision: after.revision },
    });
    return (await replaceProfile(database, before, after, [audit])) ? after.erasedAt : retry;
  });
}

/** The platform stays: it stands in every entry, and places the driver's points in the platform's ranking. */
function tombstone({ driverId, platformId, revision }: Profile, erasedAt: string): Profile {
  return {
    driverId,
    platformId,
    displayName: null,
    occupation: null,
    district: null,
    publishConsent: false,
    registered: false,
    consentSaid: true,
    revision: revision + 1,
    erasedAt,
  };
}
