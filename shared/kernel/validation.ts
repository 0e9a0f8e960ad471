import type * as z from 'zod';

export interface FieldError {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly detail: string;
}

const errorsMax = 20;

/** What is wrong where, for the caller to read. */
export function fieldErrors(error: z.ZodError, prefix = ''): FieldError[] {
  return error.issues
    .flatMap(issue =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map(key => ({
            pointer: pointerOf(prefix, [...issue.path, key]),
            detail: 'is not known here',
          }))
        : [{ pointer: pointerOf(prefix, issue.path), detail: issue.message }],
    )
    .slice(0, errorsMax);
}

function pointerOf(prefix: string, path: readonly PropertyKey[]): string {
  return prefix + path.map(part => `/${String(part).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
}
