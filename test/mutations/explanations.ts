/** Why no test can tell a kind of Stryker mutant from the original. It quotes no source line, so code may move. */
export interface Explanation {
  /** The end of the path. */
  readonly file: string;
  /** Stryker's name of the mutator. */
  readonly mutator: string;
  /** Matches Stryker's replacement. */
  readonly replacement: RegExp;
  /** How many survivors of this kind are known. */
  readonly count: number;
  readonly why: string;
}

type Kind = readonly [mutator: string, replacement: RegExp, count?: number];

/** The explanation of one or more kinds of survivors of one file. */
function of(file: string, why: string, ...kinds: readonly Kind[]): Explanation[] {
  return kinds.map(([mutator, replacement, count = 1]) => ({ file, mutator, replacement, count, why }));
}

const tieOfUnique = 'No two values compared here are equal, so the order of equal values does not matter.';
const pastTheEnd = 'Past the end of the array the value is ignored.';
const alwaysFound = 'The lookup always succeeds, so the fallback is never used.';

/** Known survivors. They are only printed with their reason: what fails the command is a score below the threshold. */
export const explanations: readonly Explanation[] = [
  ...of('ledger/rules/account.ts', 'Of two equal months either is the later one.', [
    'EqualityOperator',
    />=/,
  ]),
  ...of(
    'ledger/rules/account.ts',
    'Without its own case the entry reaches a branch that returns no sums either.',
    ['StringLiteral', /^""$/, 2],
    ['ConditionalExpression', /^case /],
  ),
  ...of('ledger/rules/account.ts', 'Only a refund has a reserved month; for others nothing is counted.', [
    'ConditionalExpression',
    /^true$/,
  ]),
  ...of('adjustments/rules/adjustment.ts', 'An adjustment of 0 points is rejected earlier.', [
    'EqualityOperator',
    /points >= 0/,
  ]),
  ...of('awards/rules/attestation.ts', 'The decision does not read the kind of its command.', [
    'StringLiteral',
    /^""$/,
  ]),
  ...of('awards/rules/attestation.ts', 'No other kind of entry has an attestation.', [
    'ConditionalExpression',
    /^true$/,
  ]),
  ...of(
    'awards/rules/award.ts',
    'The latest month of an empty account is in year 0, before every real month.',
    ['ConditionalExpression', /^false$/],
  ),
  ...of('kernel/canonical.ts', tieOfUnique, ['EqualityOperator', /<=/]),
  ...of('ledger/rules/chain.ts', 'The hash itself is not part of the hashed text.', [
    'StringLiteral',
    /Stryker/,
  ]),
  ...of(
    'ranking/rules/merkle.ts',
    pastTheEnd,
    ['EqualityOperator', /<=/],
    ['ConditionalExpression', /^true$/],
  ),
  ...of('ranking/rules/packed.ts', 'The lowest eight bits are the same.', ['ArithmeticOperator', /- 128$/]),
  ...of(
    'ranking/rules/ranking.ts',
    alwaysFound,
    ['StringLiteral', /Stryker/],
    ['UnaryOperator', /^\+1$/],
    ['ArrayDeclaration', /Stryker/],
  ),
  ...of('ranking/rules/ranking.ts', pastTheEnd, ['EqualityOperator', /<= (count|\w+\.length)$/, 3]),
  ...of(
    'ranking/rules/ranking.ts',
    'Sorting a single driver changes nothing; it only takes time.',
    ['ConditionalExpression', /^true$/],
    ['EqualityOperator', />= 1$/],
  ),
  ...of('ranking/rules/ranking.ts', 'All keys move by the same amount, so their order stays.', [
    'ArithmeticOperator',
    /\+ minutesMin$/,
  ]),
  ...of('ranking/rules/ranking.ts', 'The first driver has no predecessor to share a rank with.', [
    'ConditionalExpression',
    /^true$/,
  ]),
  ...of('ranking/rules/ranking.ts', tieOfUnique, ['EqualityOperator', /<=/, 2]),
  ...of('people/rules/public-name.ts', 'Without a profile there is no first character either.', [
    'OptionalChaining',
    /publishConsent/,
  ]),
  ...of('ranking/rules/ranking-blocks.ts', 'Without buckets nothing is put into one.', [
    'ConditionalExpression',
    /^false$/,
  ]),
  ...of('ranking/rules/ranking-blocks.ts', pastTheEnd, ['EqualityOperator', /<= buckets$/]),
  ...of('ranking/rules/ranking-blocks.ts', alwaysFound, ['StringLiteral', /Stryker/]),
  ...of(
    'ranking/rules/ranking-proof.ts',
    'Every city has the board of all drivers, and each scope has at least one driver.',
    ['OptionalChaining', /drivers/],
    ['ConditionalExpression', /^true$/],
  ),
  ...of(
    'ranking/rules/ranking-proof.ts',
    alwaysFound,
    ['UnaryOperator', /^\+1$/],
    ['StringLiteral', /Stryker/],
  ),
  ...of('ranking/rules/version-text.ts', 'Past the last line there is only an empty piece of text.', [
    'EqualityOperator',
    /<=/,
  ]),
  ...of(
    'ranking/rules/standings.ts',
    alwaysFound,
    ['ArrayDeclaration', /Stryker/],
    ['UnaryOperator', /^\+1$/],
    ['OptionalChaining', /subarray/],
  ),
  ...of('ranking/rules/standings.ts', 'The byte after a head is overwritten by the next head.', [
    'EqualityOperator',
    /<=/,
  ]),
  ...of('ranking/rules/driver-numbers.ts', 'The table grows one driver earlier.', ['EqualityOperator', />=/]),
  ...of('ranking/rules/driver-numbers.ts', 'A free slot may be searched in either direction.', [
    'ArithmeticOperator',
    /- 1$/,
  ]),
  ...of('ranking/rules/ranking-changes.ts', pastTheEnd, ['ConditionalExpression', /^true$/]),
  ...of('reconcile/rules/ranking-differences.ts', alwaysFound, ['ObjectLiteral', /^\{\}$/]),
  ...of(
    'reconcile/rules/redemption-differences.ts',
    'Other sums have no counterpart on either side.',
    ['MethodExpression', /^Object\.keys/],
    ['Regex', /heldBy/],
  ),
  ...of(
    'reconcile/rules/counterparty-differences.ts',
    'Other sums have no counterpart on either side.',
    ['MethodExpression', /^Object\.keys/],
    ['StringLiteral', /^``$/],
  ),
  ...of('redemptions/rules/reservations.ts', 'All counts change their sign, and zero stays zero.', [
    'ArithmeticOperator',
    /- by$/,
  ]),
  ...of('redemptions/rules/reserve.ts', 'No number is below a limit that is undefined.', [
    'ConditionalExpression',
    /^true$/,
  ]),
  ...of(
    'redemptions/rules/reserve.ts',
    'Available points are always in the lots: this defect has never been thrown.',
    ['ConditionalExpression', /^false$/],
    ['StringLiteral', /^``$/],
  ),
  ...of('awards/rules/rulebook.ts', 'No two rulebooks start at the same instant.', [
    'EqualityOperator',
    / > /,
  ]),
  ...of('redemptions/rules/settle.ts', 'Of two holds that expire at the same instant either may be first.', [
    'EqualityOperator',
    /<=/,
  ]),
  ...of('redemptions/rules/settle.ts', 'The decision does not read the kind of its command or its cause.', [
    'StringLiteral',
    /^""$/,
    2,
  ]),
  ...of(
    'redemptions/rules/settle.ts',
    'Entries that are never written need no hash.',
    ['ArrowFunction', /undefined/],
    ['StringLiteral', /Stryker/],
  ),
  ...of('statements/rules/statement.ts', tieOfUnique, ['EqualityOperator', /<=/]),
];
