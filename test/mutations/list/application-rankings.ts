import { of } from '../mutation.ts';

const closing = 'test/ranking/use-cases/close.test.ts';
const http = 'test/ranking/functions/http.test.ts';
const proving = 'test/ranking/use-cases/proving.test.ts';

/** Rankings that stand still once closed. */
export const applicationRankings = [
  ...of(
    'shared/ranking/use-cases/manage.ts',
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
    'shared/ranking/use-cases/collect.ts',
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
        tests: ['test/redemptions/use-cases/lagging-index.test.ts'],
      },
    ],
  ),
  ...of(
    'shared/ranking/use-cases/check-fold.ts',
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
    'shared/ranking/use-cases/make-version.ts',
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
    'shared/ranking/use-cases/refresh.ts',
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
        tests: ['test/ranking/use-cases/past-months.test.ts'],
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
    'shared/ranking/use-cases/read.ts',
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
        tests: ['test/privacy/use-cases/erase-driver.test.ts'],
      },
      {
        breaks: 'where a list goes on',
        old: 'from + rows.length < total && rows.length > 0 ? from + rows.length : null',
        now: 'from + rows.length < total && rows.length > 0 ? from + rows.length + 1 : null',
      },
    ],
  ),
  ...of(
    'shared/ranking/use-cases/versions.ts',
    ['test/ranking/use-cases/versions.test.ts'],
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
    'shared/ranking/use-cases/proof.ts',
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
    'shared/ranking/use-cases/certificates.ts',
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
    'shared/ranking/use-cases/html.ts',
    [http],
    [
      {
        breaks: 'that every value is escaped',
        old: 'return escaped(String(value));',
        now: 'return String(value);',
      },
    ],
  ),
];
