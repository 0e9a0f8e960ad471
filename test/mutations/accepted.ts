/** A mutant of a pattern that no test can notice, because the code means the same or because both orders are right. */
export interface Accepted {
  readonly pattern: string;
  /** The end of the path. */
  readonly file: string;
  /** Matches the replacement. */
  readonly replacement: RegExp;
  readonly why: string;
}

export const accepted: readonly Accepted[] = [];
