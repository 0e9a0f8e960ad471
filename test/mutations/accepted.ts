/** A mutant of a pattern that no test can notice, because both versions mean the same. */
export interface Accepted {
  readonly pattern: string;
  /** The end of the path. */
  readonly file: string;
  /** Matches the replacement. */
  readonly replacement: RegExp;
  readonly why: string;
}

export const accepted: readonly Accepted[] = [
  {
    pattern: 'dropped-clause',
    file: 'redemptions/store/driver-redemptions.ts',
    replacement: /:forgotten OR NOT/,
    why: 'The update sets the same value again. The clause only saves the write.',
  },
  {
    pattern: 'dropped-clause',
    file: 'redemptions/store/stock.ts',
    replacement: /attribute_exists\(rewardId\) OR NOT/,
    why: 'Without the item, the update adds to an attribute that does not exist, and DynamoDB rejects it anyway.',
  },
];
