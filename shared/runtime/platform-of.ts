import type { Refusal } from '../kernel/refusal.ts';
import type { Caller } from './principal.ts';

/** The platform that an event belongs to: the calling platform itself, or the one that another caller names. */
export function platformOf(
  caller: Caller,
  named: string | undefined,
): { readonly platformId: string } | Refusal<'not-found' | 'invalid'> {
  if (caller.role === 'platform') {
    return named === undefined || named === caller.id ? { platformId: caller.id } : { refusal: 'not-found' };
  }
  return named === undefined ? platformMissing : { platformId: named };
}

const platformMissing: Refusal<'invalid'> = {
  refusal: 'invalid',
  errors: [{ pointer: '#query/platformId', detail: 'is required: the platform that reported the event' }],
};
