import { AwsError } from '../aws/aws-error.ts';
import type { Grant, Model } from '../template/model.ts';
import type { Access } from './accesses.ts';

/** Checks the accesses of functions against the policies of their roles, as IAM does. */
export class Permissions {
  readonly #grants: ReadonlyMap<string, readonly Grant[]>;
  readonly #onAccess: (functionName: string, access: Access) => void;

  constructor({ functions, policies }: Model, onAccess: (functionName: string, access: Access) => void) {
    this.#grants = new Map(
      [...functions.values()].map(({ name, role }) => [
        name,
        policies.filter(({ roles }) => roles.includes(role)).flatMap(({ grants }) => grants),
      ]),
    );
    this.#onAccess = onAccess;
  }

  /**
   * Throws an AwsError if the function lacks a grant for one of the accesses. A caller that is not a function
   * is the user of this machine and may do everything.
   */
  check(caller: string, accesses: readonly Access[]): void {
    const grants = this.#grants.get(caller);
    if (!grants) return;
    for (const access of accesses) {
      if (!grants.some(grant => permits(grant, access))) throw denied(caller, access);
      this.#onAccess(caller, access);
    }
  }
}

/** True if the grant covers the access. */
export function permits({ actions, resources }: Grant, { action, resource }: Access): boolean {
  return (
    actions.some(pattern => matches(pattern, action)) && resources.some(pattern => matches(pattern, resource))
  );
}

/** Matches a pattern with at most one `*`, which stands for any text. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  if (rest.length > 1 || text.length < pattern.length - 1) return false;
  return text.startsWith(first) && text.endsWith(rest[0] ?? '');
}

function denied(caller: string, { action, resource }: Access): AwsError {
  const message = `${caller} is not authorized to perform: ${action} on resource: ${resource}`;
  return new AwsError('AccessDeniedException', message, 403);
}

/**
 * The access key id in a request's `Authorization` header, which is the function's name. Empty if there is
 * none.
 */
export function callerOf(authorization: string | undefined): string {
  return /Credential=([^/]+)\//.exec(authorization ?? '')?.[1] ?? '';
}
