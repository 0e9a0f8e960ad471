interface Survivor {
  readonly file: string;
  /** As it stands in the file. */
  readonly was: string;
  readonly now: string;
  readonly why: string;
}

/** Survivors of one file that live for the same reason. */
function of(file: string, why: string, ...changes: readonly [was: string, now: string][]): Survivor[] {
  return changes.map(([was, now]) => ({ file: `shared/domain/${file}`, was, now, why }));
}

/** Mutants of shared/domain that no test can tell from the rule, each with the reason. */
export const survivors: readonly Survivor[] = [
  ...of('account.ts', 'of two equal months either is the later one', [
    'recordedMonth > account.latestMonth',
    'recordedMonth >= account.latestMonth',
  ]),
  ...of(
    'account.ts',
    'without its own case it falls through to no sums at all, and no sums are spread into the account',
    [`'declined'`, '""'],
    [`'pending'`, '""'],
    [`case 'pending':\n      return {};`, `case 'pending':`],
  ),
  ...of('account.ts', 'what is no refund has no reserved month, for which nothing is counted', [
    `entry.kind === 'refund'`,
    'true',
  ]),
  ...of('adjustment.ts', 'an adjustment of 0 points is refused before it comes here', [
    'points > 0',
    'points >= 0',
  ]),
  ...of('attestation.ts', 'who decides on an award does not look at the kind of its command', [
    `'award'`,
    '""',
  ]),
  ...of('attestation.ts', 'no other kind of entry bears an attestation', [
    `entry.kind === 'declined'`,
    'true',
  ]),
  ...of(
    'award.ts',
    'before the first entry the latest month is that of year 0, and every later month is known',
    ['account.seq === 0', 'false'],
  ),
  ...of('canonical.ts', 'no two members of an object have the same name', ['a < b', 'a <= b']),
  ...of('ledger.ts', 'the hash is left out of what is hashed', [`''`, '"Stryker was here!"']),
  ...of(
    'merkle.ts',
    'behind the end of a level there is no node, and what is none is passed over',
    ['place < level.length', 'place <= level.length'],
    ['left', 'true'],
  ),
  ...of('packed.ts', 'a byte keeps the same eight bits', ['(rest % 128) + 128', 'rest % 128 - 128']),
  ...of('ranking.ts', 'every driver that is looked for is in the list', [`''`, '"Stryker was here!"']),
  ...of('ranking.ts', 'every driver has a set of scopes', ['-1', '+1'], ['[]', '["Stryker was here"]']),
  ...of('public-name.ts', 'where there is no profile there is no first character either', [
    'profile?.publishConsent',
    'profile.publishConsent',
  ]),
  ...of('ranking.ts', 'behind the last driver there are noughts, and what is written there is dropped', [
    'driver < count',
    'driver <= count',
  ]),
  ...of(
    'ranking.ts',
    'behind the last driver nothing is written or sorted',
    ['driver < keys.length', 'driver <= keys.length'],
    ['first < order.length', 'first <= order.length'],
  ),
  ...of(
    'ranking.ts',
    'to sort a single driver changes nothing: it only takes time',
    ['(taken[first] ?? 1) > 1', 'true'],
    ['(taken[first] ?? 1) > 1', '(taken[first] ?? 1) >= 1'],
  ),
  ...of('ranking.ts', 'all keys are moved by as much, and their order stays', [
    '(scores[driver] ?? 0) * span + (minutes[driver] ?? 0) - minutesMin',
    '(scores[driver] ?? 0) * span + (minutes[driver] ?? 0) + minutesMin',
  ]),
  ...of('ranking.ts', 'nobody stands before the first, and nobody is equal to nobody', [
    'before !== undefined',
    'true',
  ]),
  ...of('ranking.ts', 'no two boards have the same scope', ['a.scope < b.scope', 'a.scope <= b.scope']),
  ...of('ranking-blocks.ts', 'without buckets nothing is put into any', ['buckets === 0', 'false']),
  ...of('ranking-blocks.ts', 'the place behind the last bucket is not read', [
    'bucket < buckets',
    'bucket <= buckets',
  ]),
  ...of(
    'ranking-proof.ts',
    'there is a board of everybody, and one of every scope that somebody is in',
    ['all?.drivers', 'all.drivers'],
    ['walk', 'true'],
  ),
  ...of('ranking-text.ts', 'behind the last line there is an empty piece of text', [
    'start < total',
    'start <= total',
  ]),
  ...of('standings.ts', 'every driver has a set of scopes', ['[]', '["Stryker was here"]']),
  ...of('ranking-blocks.ts', 'every driver that is looked for is in the list', [`''`, '"Stryker was here!"']),
  ...of('ranking-proof.ts', 'there is a driver at every place', ['-1', '+1']),
  ...of('ranking-proof.ts', 'a block names all scopes that it counts', [`''`, '"Stryker was here!"']),
  ...of('reconcile-rankings.ts', 'there is a standing at all times, the first of nothing', [
    '{ score: 0, minutes: 0 }',
    '{}',
  ]),
  ...of(
    'reconcile-redemptions.ts',
    'what other sums are of has none on either side',
    ['Object.keys(sums).filter(name => /^heldBy(Entries|Redemptions)\\|/.test(name))', 'Object.keys(sums)'],
    ['/^heldBy(Entries|Redemptions)\\|/', '/heldBy(Entries|Redemptions)\\|/'],
  ),
  ...of(
    'reconcile-sums.ts',
    'what other sums are of has none on either side',
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the file
      'Object.keys(sums)\n    .filter(name => sides.some(side => name.startsWith(`${side}|`)))',
      'Object.keys(sums)',
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the file
    ['`${side}|`', '``'],
  ),
  ...of('reserve.ts', 'no number is as large as no limit', ['limit !== undefined', 'true']),
  ...of('reserve.ts', 'what is available is in the lots: nothing is ever missing', ['missing > 0', 'false']),
  ...of('rulebook.ts', 'no two rulebooks take force at the same instant', [
    'instantOf(latest.effectiveFrom) >= instantOf(rulebook.effectiveFrom)',
    'instantOf(latest.effectiveFrom) > instantOf(rulebook.effectiveFrom)',
  ]),
  ...of('settle.ts', 'of two that were due at the same instant either may go first', [
    'a.expiresAt < b.expiresAt',
    'a.expiresAt <= b.expiresAt',
  ]),
  ...of(
    'settle.ts',
    'who decides on a refund does not look at the kind of its command, and its cause moves no points',
    [`'refund'`, '""'],
    [`'expired'`, '""'],
  ),
  ...of(
    'settle.ts',
    'entries that nobody writes need no hash',
    [`() => ''`, '() => undefined'],
    [`''`, '"Stryker was here!"'],
  ),
  ...of('driver-numbers.ts', 'it grows a driver earlier', [
    'count > this.#numbers.length',
    'count >= this.#numbers.length',
  ]),
  ...of('driver-numbers.ts', 'the next free slot may be looked for on either side', ['slot + 1', 'slot - 1']),
  ...of(
    'ranking-changes.ts',
    'a column has no place that is undefined, and what is written there is dropped',
    ['place !== undefined', 'true'],
  ),
  ...of('reservations.ts', 'all counts have the other sign, and nought is nought', [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the file
    '(missing.get(`${month}#${rewardId}`) ?? 0) + by',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the file
    '(missing.get(`${month}#${rewardId}`) ?? 0) - by',
  ]),
  ...of('standings.ts', 'where there are numbers of entries there are heads', [
    'this.#heads[chunk]?.subarray',
    'this.#heads[chunk].subarray',
  ]),
  ...of('standings.ts', 'every driver has a set of scopes', ['-1', '+1']),
  ...of('standings.ts', 'the byte behind a head is written again with the next head', [
    'at < headBytes',
    'at <= headBytes',
  ]),
  ...of('ranking.ts', 'no two drivers have the same id', [
    `(driverIds[one] ?? '') < (driverIds[other] ?? '')`,
    `(driverIds[one] ?? '') <= (driverIds[other] ?? '')`,
  ]),
  ...of('statement.ts', 'no two lines have the same place', [
    'linePlace(a) < linePlace(b)',
    'linePlace(a) <= linePlace(b)',
  ]),
  ...of('reserve.ts', 'what is available is in the lots: this has never been thrown', [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the file
    '`${missing} points were available and are in no lot`',
    '``',
  ]),
];
