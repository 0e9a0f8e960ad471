import type { Profile } from '../contracts/items.ts';
import type { Refusal } from '../domain/refusal.ts';
import { toLocalIso } from '../domain/time.ts';
import { forgetWhatWasSaid } from '../store/attestations.ts';
import { type Auditor, audited } from '../store/audit.ts';
import { BoardReader } from '../store/board-reader.ts';
import { forgetCallersFor } from '../store/callers.ts';
import type { Database } from '../store/client.ts';
import { forgetRequests } from '../store/driver-redemptions.ts';
import { forgetEvidence } from '../store/evidence.ts';
import { readProfile, replaceProfile } from '../store/profiles.ts';
import { forgetProofs } from './ranking/proof.ts';
import { again, untilItHolds } from './until-it-holds.ts';

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
): Promise<Erasure | Refusal> {
  const erasedAt = await buryProfile(database, driverId, auditor);
  if (erasedAt === undefined) return { refusal: 'not-found' };
  await forgetEvidence(database, driverId);
  await forgetWhatWasSaid(database, driverId);
  await forgetCallersFor(database, driverId);
  await forgetRequests(database, driverId);
  await forgetProofs({ database, reader: new BoardReader(database) }, driverId);
  return { driverId, erasedAt };
}

/** @returns when it was erased; undefined where there was nothing to erase */
async function buryProfile(
  database: Database,
  driverId: string,
  auditor: Auditor,
): Promise<string | undefined> {
  return untilItHolds(`profile ${driverId}`, async () => {
    const before = await readProfile(database, driverId);
    if (!before || before.erasedAt) return before?.erasedAt;
    const after = tombstone(before, toLocalIso(auditor.at));
    const audit = audited(database, auditor, {
      action: 'driver.erase',
      subject: driverId,
      before: { revision: before.revision },
      after: { revision: after.revision },
    });
    return (await replaceProfile(database, before, after, [audit])) ? after.erasedAt : again;
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
