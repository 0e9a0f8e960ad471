import { type Role, roles } from '../kernel/endpoint.ts';
import { Id } from '../kernel/primitives.ts';

/** For whom a token acts: never for anybody but its own claim. */
export interface Caller {
  readonly role: Role;
  readonly id: string;
}

/** Claims as a verified token carries them; API Gateway hands all of them on as text. */
export type Claims = Readonly<Record<string, unknown>>;

/** The first of the roles that the token may act in; undefined where it may act in none of them. */
export function callerOf(claims: Claims, allowed: readonly Role[]): Caller | undefined {
  const scopes = scopesOf(claims);
  for (const role of allowed) {
    const id = Id.safeParse(claims[roles[role].claim]);
    if (scopes.has(roles[role].scope) && id.success) return { role, id: id.data };
  }
  return undefined;
}

/**
 * Some issuers write `resource-server/scope`: ours is what stands behind the last slash. Some have a list, `scp`, which
 * the gateway lets in by and hands on as `[one two]`.
 */
function scopesOf({ scope, scp }: Claims): Set<string> {
  if (scope !== undefined && typeof scope !== 'string') return new Set();
  const names = (scope ?? String(scp)).split(/[[\], ]+/);
  return new Set(names.map(name => name.slice(name.lastIndexOf('/') + 1)));
}
