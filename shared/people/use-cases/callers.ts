import { type Auditor, audited } from '../../audit/store/audit.ts';
import type { Database } from '../../dynamo/client.ts';
import { resultOrRetry, retryOnConflict } from '../../dynamo/retry.ts';
import { type Fragment, transact } from '../../dynamo/transaction.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { toLocalIso } from '../../kernel/time.ts';
import type { CallerBody, CallerView } from '../contract/callers.ts';
import { readCaller, replaceCaller } from '../store/callers.ts';
import { unlessErased } from '../store/profiles.ts';

/**
 * Registers whom a caller acts for. Idempotent: whom a caller acts for never changes. No caller can be registered for a
 * driver who has been erased.
 */
export async function registerCaller(
  database: Database,
  auditor: Auditor,
  callerId: string,
  { role, id }: CallerBody,
): Promise<{ created: boolean; caller: CallerView } | Refusal<'caller-exists' | 'driver-erased'>> {
  return retryOnConflict(`caller ${callerId}`, async () => {
    const known = await readCaller(database, callerId);
    if (known) {
      const isSame = known.role === role && known.id === id;
      return isSame ? { created: false, caller: known } : { refusal: 'caller-exists', callerId };
    }
    const at = toLocalIso(auditor.at);
    const caller = { callerId, role, id, enabled: true, registeredAt: at, changedAt: at };
    const outcome = await transact(database, registering(database, auditor, caller));
    return resultOrRetry(outcome, { created: true, caller });
  });
}

/** Lets a caller have tokens again, unless it acts for a driver who has been erased. Idempotent. */
export async function enableCaller(
  database: Database,
  auditor: Auditor,
  callerId: string,
): Promise<CallerView | Refusal<'not-found' | 'driver-erased'>> {
  return setEnabled(database, auditor, callerId, true, caller => mayActFor(database, caller));
}

/** Ends the issuing of tokens to a caller. Idempotent. */
export async function disableCaller(
  database: Database,
  auditor: Auditor,
  callerId: string,
): Promise<CallerView | Refusal<'not-found'>> {
  return setEnabled(database, auditor, callerId, false, () => []);
}

/** @param conditions on other items, checked in the transaction that changes the caller */
function setEnabled<R = never>(
  database: Database,
  auditor: Auditor,
  callerId: string,
  enabled: boolean,
  conditions: (caller: CallerView) => readonly Fragment<R>[],
): Promise<CallerView | Refusal<'not-found'> | R> {
  return retryOnConflict<CallerView | Refusal<'not-found'> | R>(`caller ${callerId}`, async () => {
    const known = await readCaller(database, callerId);
    if (!known) return { refusal: 'not-found' };
    if (known.enabled === enabled) return known;
    const caller = { ...known, enabled, changedAt: toLocalIso(auditor.at) };
    const outcome = await transact<R>(database, [
      replaceCaller(database, known, caller),
      ...conditions(caller),
      audited(database, auditor, {
        action: enabled ? 'caller.enable' : 'caller.disable',
        subject: callerId,
        before: { enabled: known.enabled },
        after: { role: caller.role, id: caller.id, enabled },
      }),
    ]);
    return resultOrRetry(outcome, caller);
  });
}

/**
 * Hands what a caller acts for over to another one, and shuts the old one out: both or neither. The same again is the
 * same, and never lets anybody in who has been disabled since.
 */
export async function rekeyCaller(
  database: Database,
  auditor: Auditor,
  callerId: string,
  newCallerId: string,
): Promise<CallerView | Refusal<'not-found' | 'caller-exists' | 'driver-erased' | 'invalid'>> {
  if (callerId === newCallerId) return { refusal: 'invalid', errors: [sameCaller] };
  return retryOnConflict(`caller ${callerId}`, async () => {
    const [old, known] = await Promise.all([
      readCaller(database, callerId),
      readCaller(database, newCallerId),
    ]);
    if (!old) return { refusal: 'not-found' };
    const { role, id } = old;
    if (known && (known.role !== role || known.id !== id))
      return { refusal: 'caller-exists', callerId: newCallerId };
    if (known && !old.enabled) return known;
    const at = toLocalIso(auditor.at);
    const made = { callerId: newCallerId, role, id, enabled: true, registeredAt: at, changedAt: at };
    const outcome = await transact<Refusal<'driver-erased'>>(database, [
      replaceCaller(database, old, { ...old, enabled: false, changedAt: at }),
      audited(database, auditor, {
        action: 'caller.rekey',
        subject: callerId,
        before: { enabled: old.enabled },
        after: { role, id, enabled: false, newCallerId },
      }),
      ...(known ? [] : registering(database, auditor, made)),
    ]);
    return resultOrRetry(outcome, known ?? made);
  });
}

const sameCaller = { pointer: '/newCallerId', detail: 'is the caller itself' };

function registering(
  database: Database,
  auditor: Auditor,
  made: CallerView,
): Fragment<Refusal<'driver-erased'>>[] {
  const { callerId: subject, role, id, enabled } = made;
  return [
    replaceCaller(database, undefined, made),
    ...mayActFor(database, made),
    audited(database, auditor, {
      action: 'caller.register',
      subject,
      before: null,
      after: { role, id, enabled },
    }),
  ];
}

/** Checks the driver's tombstone in the same transaction: after an erasure has begun, no caller is let in. */
function mayActFor(
  database: Database,
  { role, id, enabled }: CallerView,
): Fragment<Refusal<'driver-erased'>>[] {
  return role === 'driver' && enabled ? [unlessErased(database, id)] : [];
}
