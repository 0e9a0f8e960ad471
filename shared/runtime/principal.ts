import { type Role, roles } from '../kernel/endpoint.ts';
import { Id } from '../kernel/primitives.ts';

/** The role that a token acts in, and the id from the token's own claim that it acts for. */
export interface Caller<R extends Role = Role> {
  readonly role: R;
  readonly id: string;
}

/** The claims of a verified token. API Gateway passes each of them as text. */
export type Claims = Readonly<Record<string, unknown>>;

/** The caller in the first of the allowed roles that the token has; `undefined` if it has none of them. */
export function callerOf<R extends Role>(claims: Claims, allowed: readonly R[]): Caller<R> | undefined {
  const scopes = scopesOf(claims);
  for (const role of allowed) {
    const id = Id.safeParse(claims[roles[role].claim]);
    if (scopes.has(roles[role].scope) && id.success) return { role, id: id.data };
  }
  return undefined;
}

/**
 * Some issuers write a scope as `resource-server/scope`: ours is the part after the last slash. Some send a list, `scp`,
 * which the gateway also accepts and passes as `[one two]`.
 */
function scopesOf({ scope, scp }: Claims): Set<string> {
  if (scope !== undefined && typeof scope !== 'string') return new Set();
  const names = (scope ?? String(scp)).split(/[[\], ]+/);
  return new Set(names.map(name => name.slice(name.lastIndexOf('/') + 1)));
}
