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
  {
    pattern: 'moved-boundary',
    file: 'redemptions/store/due-holds.ts',
    replacement: /^<=$/,
    why: 'The bound ends with a character that no stored key has, so no key equals it.',
  },
  {
    pattern: 'moved-boundary',
    file: 'redemptions/store/driver-redemptions.ts',
    replacement: /^>$/,
    why: 'A hold of exactly this age is overdue, and the list of overdue holds has it.',
  },
  {
    pattern: 'moved-boundary',
    file: 'ledger/store/accounts.ts',
    replacement: /^<=$/,
    why: 'Stored sweep keys have a suffix after the month, so no key equals the bound.',
  },
];
