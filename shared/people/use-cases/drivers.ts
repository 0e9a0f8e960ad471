import { type AuditedChange, type Auditor, audited } from '../../audit/store/audit.ts';
import type { Database } from '../../dynamo/client.ts';
import { retry, retryOnConflict } from '../../dynamo/retry.ts';
import type { Fragment } from '../../dynamo/transaction.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { Profile } from '../../ledger/contract/items.ts';
import type { ProfileBody, ProfileView } from '../contract/drivers.ts';
import { readProfile, replaceProfile } from '../store/profiles.ts';

type ProfileRefusal = Refusal<'not-found' | 'driver-erased'>;

const notFound: Refusal<'not-found'> = { refusal: 'not-found' };

/**
 * Registers a driver, or replaces what is known. Consent is the driver's own: others say it at the first
 * registration, and afterwards can only withdraw it.
 *
 * @param platformId of the platform that registers; undefined for an organizer
 * @param auditor the organizer, for the audit list
 */
export async function registerDriver(
  database: Database,
  driverId: string,
  body: ProfileBody,
  platformId: string | undefined,
  auditor?: Auditor,
): Promise<{ created: boolean; profile: ProfileView } | ProfileRefusal> {
  if (platformId !== undefined && body.platformId !== platformId) return notFound;
  const change = (before: Profile | undefined): Profile | Refusal<'not-found'> => {
    if (before && platformId !== undefined && before.platformId !== platformId) return notFound;
    const publishConsent = body.publishConsent && (before?.consentSaid ? before.publishConsent : true);
    const revision = (before?.revision ?? 0) + 1;
    return { driverId, ...body, publishConsent, registered: true, consentSaid: true, revision };
  };
  return changeProfile(database, driverId, change, (before, after) =>
    auditor ? [audited(database, auditor, registering(before, after))] : [],
  );
}

/** The list is kept for ever: it says which facts changed and not what they are. */
function registering(before: Profile | undefined, after: Profile): AuditedChange {
  const personal = ['displayName', 'occupation', 'district', 'station'] as const;
  return {
    action: 'driver.register',
    subject: after.driverId,
    before: before ? open(before) : null,
    after: { ...open(after), changed: personal.filter(name => before?.[name] !== after[name]) },
  };
}

function open({ revision, platformId, publishConsent }: Profile) {
  return { revision, platformId, publishConsent };
}

/** What the driver says of the own name. */
export async function setConsent(
  database: Database,
  driverId: string,
  publishConsent: boolean,
): Promise<ProfileView | ProfileRefusal> {
  const outcome = await changeProfile(database, driverId, before =>
    before ? { ...before, publishConsent, consentSaid: true, revision: before.revision + 1 } : notFound,
  );
  return 'refusal' in outcome ? outcome : outcome.profile;
}

/** Reads, changes and writes a profile; starts again where somebody else has changed it meanwhile. */
async function changeProfile(
  database: Database,
  driverId: string,
  change: (before: Profile | undefined) => Profile | Refusal<'not-found'>,
  besides: (before: Profile | undefined, after: Profile) => Fragment[] = () => [],
): Promise<{ created: boolean; profile: ProfileView } | ProfileRefusal> {
  return retryOnConflict(`profile ${driverId}`, async () => {
    const before = await readProfile(database, driverId);
    const after = change(before);
    if ('refusal' in after) return after;
    if (before?.erasedAt) return { refusal: 'driver-erased', erasedAt: before.erasedAt };
    const done = await replaceProfile(database, before, after, besides(before, after));
    return done ? { created: !before, profile: profileView(after) } : retry;
  });
}

function profileView({ registered: _, consentSaid: __, revision: ___, ...view }: Profile): ProfileView {
  return view;
}
