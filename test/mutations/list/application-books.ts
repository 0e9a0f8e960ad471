import { of } from '../mutation.ts';

const closing = 'test/ranking/close.test.ts';
const http = 'test/ranking/http.test.ts';
const proving = 'test/ranking/proving.test.ts';
const nightlyRankings = 'test/application/reconcile-rankings.test.ts';
const nightlyLedger = 'test/application/reconcile-ledger.test.ts';
const nightlyRedemptions = 'test/application/reconcile-redemptions.test.ts';

/** Rankings that stand still once closed, and the check of all books against each other. */
export const applicationBooks = [
  ...of(
    'shared/application/ranking/manage.ts',
    [closing],
    [
      {
        breaks: 'that the gates are shut when a month is closed',
        old: `'ranking.close', ranking, closing, gates, force ? { force } : {});`,
        now: `'ranking.close', ranking, closing, [], force ? { force } : {});`,
      },
      {
        breaks: 'that the gates are shut before the accounts are read',
        old: `    const noted = await note(ports, 'ranking.close', ranking, closing, gates, force ? { force } : {});\n    return noted ? makeVersion(ports, closing) : again;`,
        now: `    if (!(await note(ports, 'ranking.close', ranking, closing))) return again;\n    const made = await makeVersion(ports, closing);\n    await transact(ports.database, shutGates(ports.database, month));\n    return made;`,
      },
      {
        breaks: 'that a month is over before it is closed',
        old: 'const refusal = closingRefusal(month, ports.now());',
        now: 'const refusal = undefined as Refusal | undefined;',
      },
      {
        breaks: 'that events which are pending hold a close back',
        old: `if (pending > 0) return { refusal: 'events-pending', pending };`,
        now: '',
      },
      {
        breaks: 'that a closed month is closed once',
        old: 'if (ranking.version > 0) return ranking;',
        now: '',
      },
      {
        breaks: 'that a close which broke off is finished',
        old: 'if (ranking.intent) return makeVersion(ports, ranking);',
        now: '',
      },
      {
        breaks: 'that a month is published once',
        old: 'if (isPublic(ranking)) return ranking;',
        now: '',
      },
      {
        breaks: 'the objection period',
        old: 'const refusal = publishingRefusal(ranking, ports.now());',
        now: 'const refusal = undefined as Refusal | undefined;',
      },
      {
        breaks: 'that only what is published is corrected',
        old: 'const refusal = correctionRefusal(ranking);',
        now: 'const refusal = undefined as Refusal | undefined;',
      },
    ],
  ),
  ...of(
    'shared/application/ranking/collect.ts',
    [closing],
    [
      {
        breaks: 'the standings that accounts keep no longer',
        old: 'if (!keepsStanding(latestMonth, month)) forgotten.push(account);',
        now: '',
      },
      {
        breaks: 'that a history which is not whole yet is waited for',
        old: 'if (history) return history;',
        now: 'return history ?? [];',
        tests: ['test/application/lagging-index.test.ts'],
      },
    ],
  ),
  ...of(
    'shared/application/ranking/check-fold.ts',
    [closing],
    [
      {
        breaks: 'that nothing is frozen which the entries do not say',
        old: 'if (!holds) throw new Error(',
        now: 'if (!holds) console.warn(',
      },
    ],
  ),
  ...of(
    'shared/application/ranking/make-version.ts',
    [closing],
    [
      {
        breaks: 'that a version and its record are one',
        old: '    addVersion(database, version),\n',
        now: '',
      },
      {
        breaks: 'that of two who make a version the second finds it done',
        old: 'if (now.version < after.version)',
        now: 'if (now.version <= after.version)',
      },
    ],
  ),
  ...of(
    'shared/application/ranking/refresh.ts',
    [closing],
    [
      {
        breaks: 'that a closing month is not shown as open',
        old: `state === 'open' && intent === null`,
        now: `state === 'open'`,
      },
      {
        breaks: 'that a refresh which has been overtaken looks again',
        old: `if (outcome === 'moved') moved.push(record.month);`,
        now: '',
      },
      {
        breaks: 'that a board in which nothing has changed is not written',
        old: 'before.sha256 === sha256 && !isOld(before, readAt) ? before.build : null',
        now: 'null',
      },
      {
        breaks: 'that a board is written anew before it is dropped',
        old: 'before.sha256 === sha256 && !isOld(before, readAt) ? before.build : null',
        now: 'before.sha256 === sha256 ? before.build : null',
        tests: ['test/ranking/past-months.test.ts'],
      },
      {
        breaks: 'that versions which were left are finished',
        old: 'finished: await finishAbandoned(ports, months)',
        now: 'finished: []',
      },
      {
        breaks: 'that a version which cannot be finished keeps no other waiting',
        old: 'failures.push(error);',
        now: 'throw error;',
      },
      {
        breaks: 'that who is at work on a version is left alone for a minute',
        old: 'ports.now() - instantOf(record.intent.at) < abandonedAfterMs',
        now: 'ports.now() - instantOf(record.intent.at) < 0',
      },
    ],
  ),
  ...of(
    'shared/application/ranking/read.ts',
    [http, closing],
    [
      {
        breaks: 'that the public sees what is published alone',
        old: `if (sight === 'public' && !isPublic(shown.ranking)) return { refusal: 'unauthenticated' };`,
        now: '',
      },
      {
        breaks: 'that nobody but organizers sees an id',
        old: `...(sight === 'everything' ? { driverId } : {}),`,
        now: '...{ driverId },',
      },
      {
        breaks: 'that names are masked',
        old: `if (sight !== 'everything') return publicName(profile);`,
        now: '',
      },
      {
        breaks: 'that neighbours are seen as by everybody else',
        old: `await rowViews(database, neighbours, 'masked')`,
        now: `await rowViews(database, neighbours, 'everything')`,
      },
      {
        breaks: 'that one who has been erased has no name for organizers',
        old: 'return profile && !profile.erasedAt ? profile.displayName : anonymous;',
        now: 'return profile ? profile.displayName : anonymous;',
        tests: ['test/application/erase-driver.test.ts'],
      },
      {
        breaks: 'where a list goes on',
        old: 'from + rows.length < total && rows.length > 0 ? from + rows.length : null',
        now: 'from + rows.length < total && rows.length > 0 ? from + rows.length + 1 : null',
      },
    ],
  ),
  ...of(
    'shared/application/ranking/versions.ts',
    ['test/ranking/versions.test.ts'],
    [
      {
        breaks: 'that the public sees no version of what is not published',
        old: `if (sight === 'public' && !isPublic(ranking)) return { refusal: 'unauthenticated' };\n  const { versions, more }`,
        now: 'const { versions, more }',
      },
      {
        breaks: 'that the public sees no changes of what is not published',
        old: `if (sight === 'public' && !isPublic(ranking)) return { refusal: 'unauthenticated' };\n  const stored`,
        now: 'const stored',
      },
      {
        breaks: 'that the author of a version is for organizers',
        old: `...(sight === 'everything' ? { author: version.author } : {}),`,
        now: '...{ author: version.author },',
      },
    ],
  ),
  ...of(
    'shared/application/ranking/proof.ts',
    [proving],
    [
      {
        breaks: 'that a salt which is forgotten proves nothing',
        old: '  if (salt === null) return notFound;',
        now: '',
      },
      {
        breaks: 'that what is proved is what the version was made from',
        old: 'if (!holds) throw new Error(',
        now: 'if (!holds) console.warn(',
      },
      {
        breaks: 'the salts of the versions before the last',
        old: 'for (let version = ranking.version; version >= 1; version -= 1) {',
        now: 'for (let version = ranking.version; version >= ranking.version; version -= 1) {',
      },
    ],
  ),
  ...of(
    'shared/application/ranking/certificates.ts',
    [http],
    [
      {
        breaks: 'that an open month has no certificates',
        old: `if (page.version === 0) return { refusal: 'not-closed', month: wanted.month };`,
        now: '',
      },
    ],
  ),
  ...of(
    'shared/application/ranking/html.ts',
    [http],
    [
      {
        breaks: 'that every value is escaped',
        old: 'return escaped(String(value));',
        now: 'return String(value);',
      },
    ],
  ),
  ...of(
    'shared/application/reconcile/phase.ts',
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
    'shared/application/reconcile/drivers.ts',
    [nightlyLedger],
    [
      {
        breaks: 'all pages of a history but the first',
        old: 'after = page.nextAfterSeq;',
        now: 'after = null;',
        tests: ['test/application/lagging-index.test.ts'],
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
    'shared/application/reconcile/ledger.ts',
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
    'shared/application/reconcile/redemptions.ts',
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
    'shared/application/reconcile/rankings.ts',
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
    'shared/application/reconcile/run.ts',
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
        tests: ['test/application/lagging-index.test.ts'],
      },
    ],
  ),
];
