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
 * Registers whom a caller acts for. The same again is the same; a caller never changes sides, and nobody comes in for
 * a driver who has been erased.
 */
export async function registerCaller(
  database: Database,
  auditor: Auditor,
  callerId: string,
  { role, id }: CallerBody,
): Promise<{ created: boolean; caller: CallerView } | Refusal> {
  const at = toLocalIso(auditor.at);
  return changeCaller(database, auditor, callerId, 'caller.register', known => {
    if (!known) return { callerId, role, id, enabled: true, registeredAt: at, changedAt: at };
    return known.role === role && known.id === id ? known : { refusal: 'caller-exists', callerId };
  });
}

/** Lets a caller have tokens, or none any more. */
export async function enableCaller(
  database: Database,
  auditor: Auditor,
  callerId: string,
  enabled: boolean,
): Promise<CallerView | Refusal> {
  const action = enabled ? 'caller.enable' : 'caller.disable';
  const outcome = await changeCaller(database, auditor, callerId, action, known => {
    if (!known) return { refusal: 'not-found' };
    return known.enabled === enabled ? known : { ...known, enabled, changedAt: toLocalIso(auditor.at) };
  });
  return 'refusal' in outcome ? outcome : outcome.caller;
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
): Promise<CallerView | Refusal> {
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
    const outcome = await transact<Refusal>(database, [
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

function registering(database: Database, auditor: Auditor, made: CallerView): Fragment<Refusal>[] {
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

/** The tombstone is looked at in the same transaction: once an erasure has begun, nobody comes in any more. */
function mayActFor(database: Database, { role, id, enabled }: CallerView): Fragment<Refusal>[] {
  return role === 'driver' && enabled ? [unlessErased(database, id)] : [];
}

async function changeCaller(
  database: Database,
  auditor: Auditor,
  callerId: string,
  action: string,
  change: (known: CallerView | undefined) => CallerView | Refusal,
): Promise<{ created: boolean; caller: CallerView } | Refusal> {
  return retryOnConflict(`caller ${callerId}`, async () => {
    const known = await readCaller(database, callerId);
    const caller = change(known);
    if ('refusal' in caller) return caller;
    if (caller === known) return { created: false, caller };
    const before = known ? { enabled: known.enabled } : null;
    const after = { role: caller.role, id: caller.id, enabled: caller.enabled };
    const outcome = await transact<Refusal>(database, [
      replaceCaller(database, known, caller),
      ...mayActFor(database, caller),
      audited(database, auditor, { action, subject: callerId, before, after }),
    ]);
    return resultOrRetry(outcome, { created: !known, caller });
  });
}
