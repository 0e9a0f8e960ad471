import { of } from '../mutation.ts';

const nightlyRankings = 'test/reconcile/use-cases/reconcile-rankings.test.ts';
const nightlyLedger = 'test/reconcile/use-cases/reconcile-ledger.test.ts';
const nightlyRedemptions = 'test/reconcile/use-cases/reconcile-redemptions.test.ts';

/** The check of all books against each other. */
export const applicationBooks = [
  ...of(
    'shared/reconcile/use-cases/phase.ts',
    [nightlyLedger],
    [
      {
        breaks: 'that a difference is looked at again before it is told',
        old: 'for (const durationMs of lookAgainAfterMs) {',
        now: 'for (const durationMs of [] as number[]) {',
      },
    ],
  ),
  ...of(
    'shared/reconcile/use-cases/drivers.ts',
    [nightlyLedger],
    [
      {
        breaks: 'all pages of a history but the first',
        old: 'after = page.nextAfterSeq;',
        now: 'after = null;',
        tests: ['test/redemptions/use-cases/lagging-index.test.ts'],
      },
      {
        breaks: 'an entry that the account does not know',
        old: 'if (beyond) differences.push(beyondAccount(beyond, account.seq));',
        now: '',
      },
      {
        breaks: 'the account itself',
        old: 'found.push({ differences: accountDifferences(account, fold), sums, checked: { drivers: 1 } });',
        now: 'found.push({ differences: [], sums, checked: { drivers: 1 } });',
      },
      {
        breaks: 'the rankings that a driver ought to be in',
        old: 'const sums = await foldedSums(context, account.driverId, changes);',
        now: 'const sums = {};',
        tests: [nightlyRankings],
      },
    ],
  ),
  ...of(
    'shared/reconcile/use-cases/ledger.ts',
    [nightlyLedger],
    [
      {
        breaks: 'that ledger and drivers sum to the same',
        old: '  conclude: counterpartyDifferences,\n',
        now: '',
      },
    ],
  ),
  ...of(
    'shared/reconcile/use-cases/redemptions.ts',
    [nightlyRedemptions],
    [
      {
        breaks: 'the sums of stock and rewards',
        old: 'conclude: sums => [...rewardDifferences(sums), ...stockDifferences(sums)],',
        now: 'conclude: () => [],',
      },
    ],
  ),
  ...of(
    'shared/reconcile/use-cases/rankings.ts',
    [nightlyRankings],
    [
      {
        breaks: 'what a version itself says of an entry in the moment of its close',
        old: 'const standing = possible.length === 1 ? first : await seenBy(version);',
        now: 'const standing = first;',
      },
      {
        breaks: 'all versions but the first',
        old: 'next: isLast ? { version: index + 1, block: 0 } :',
        now: 'next: isLast ? null :',
      },
      {
        breaks: 'blocks that are gone',
        old: `      differences.push({ difference: 'ranking-unreadable', month, version: number, block });\n`,
        now: '',
      },
    ],
  ),
  ...of(
    'shared/reconcile/use-cases/run.ts',
    [nightlyLedger, nightlyRedemptions],
    [
      {
        breaks: 'that one who has been overtaken gives way',
        old: `if (!current) return { state: 'taken-over' };`,
        now: `if (!current) current = await readCurrentRun(database);`,
      },
      {
        breaks: 'what earlier pages have come to',
        old: 'phase.conclude?.(added(sumsBefore, findings.sums), context)',
        now: 'phase.conclude?.(findings.sums, context)',
      },
      {
        breaks: 'the phases behind the first',
        old: 'startOfPhase(phases[phases.indexOf(phase) + 1])',
        now: 'startOfPhase(undefined)',
      },
      {
        breaks: 'that an unfinished run is gone on with where it stopped',
        old: '(await goingOn(database, found.run)) ?? {',
        now: '{',
      },
      {
        breaks: 'that the check ends where the time is over',
        old: `if (!ports.hasTime()) return { state: 'unfinished', phase: run.phase };`,
        now: '',
      },
      {
        breaks: 'what has not settled yet',
        old: 'cutoff: startedAt - settledAfterMs,',
        now: 'cutoff: startedAt + settledAfterMs,',
        tests: ['test/redemptions/use-cases/lagging-index.test.ts'],
      },
    ],
  ),
];
