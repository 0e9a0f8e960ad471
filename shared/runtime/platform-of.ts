import { Rejection } from './http.ts';
import type { Caller } from './principal.ts';

/** The platform whose event is meant: a platform's own, or the one that anybody else names. */
export function platformOf(caller: Caller, named: string | undefined): string | Rejection {
  if (caller.role === 'platform') {
    return named === undefined || named === caller.id ? caller.id : new Rejection('not-found');
  }
  return (
    named ??
    new Rejection('invalid', {
      errors: [{ pointer: '#query/platformId', detail: 'name the platform whose event it is' }],
    })
  );
}
