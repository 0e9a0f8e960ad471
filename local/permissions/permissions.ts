import { AwsError } from '../aws/aws-error.ts';
import type { Grant, Model } from '../template/model.ts';
import type { Access } from './accesses.ts';

/** Looks at what functions do, as IAM does: by the policies of their roles. */
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
   * Throws an AwsError where a function is not granted all of it. Who is no function is the operator of this machine,
   * and may do everything.
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

export function permits({ actions, resources }: Grant, { action, resource }: Access): boolean {
  return (
    actions.some(pattern => matches(pattern, action)) && resources.some(pattern => matches(pattern, resource))
  );
}

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

/** Whose key a request is signed with. */
export function callerOf(authorization: string | undefined): string {
  return /Credential=([^/]+)\//.exec(authorization ?? '')?.[1] ?? '';
}
