import { of } from '../mutation.ts';

const erasing = 'test/privacy/use-cases/erase-driver.test.ts';
const attesting = 'test/awards/use-cases/attestation.test.ts';
const adjusting = 'test/adjustments/use-cases/adjustments.test.ts';

/** What organizers may do, and who is known, named and let in. */
export const applicationPeople = [
  ...of(
    'shared/adjustments/use-cases/adjustments.ts',
    [adjusting],
    [
      {
        breaks: 'the limit of a proposal',
        old: `  if (known) return sameOrRefused(known, body);\n  const refusal = overLimit(adjustment, pointsMax);`,
        now: `  if (known) return sameOrRefused(known, body);\n  const refusal = undefined as ReturnType<typeof overLimit>;`,
      },
      {
        breaks: 'the limit of an approval',
        old: `  if (!adjustment) return notFound;\n  const refusal = overLimit(adjustment, pointsMax);`,
        now: `  if (!adjustment) return notFound;\n  const refusal = undefined as ReturnType<typeof overLimit>;`,
      },
      {
        breaks: 'that a request number means the same again or is refused',
        old: 'driverId === body.driverId && points === body.points && reason === body.reason',
        now: 'driverId === body.driverId',
      },
      {
        breaks: 'the organizer in the name of a proposal',
        old: 'sha256(`${by}#${body.requestNo}`)',
        now: 'sha256(body.requestNo)',
      },
      {
        breaks: 'that an approval and its entry are one',
        old: `        besides: decision(database, adjustmentId, 'approved', { by, at }),\n`,
        now: '',
      },
    ],
  ),
  ...of(
    'shared/awards/use-cases/store-rulebook.ts',
    ['test/awards/functions/program.test.ts'],
    [
      {
        breaks: 'that another rulebook under a version is refused',
        old: 'return meaning(known) === meaning(sent)',
        now: 'return known.version === sent.version',
      },
      {
        breaks: 'that a rulebook follows on the one before',
        old: 'const previous = rulebook.version > 1 ? await readRulebook(database, rulebook.version - 1) : undefined;',
        now: "const previous = rulebook.version > 1 ? { ...rulebook, version: rulebook.version - 1, effectiveFrom: '2000-01-01T00:00:00Z' } : undefined;",
      },
      {
        breaks: 'that the same times in another offset are the same rulebook',
        old: 'effectiveFrom: instantOf(rulebook.effectiveFrom),',
        now: 'effectiveFrom: rulebook.effectiveFrom,',
      },
    ],
  ),
  ...of(
    'shared/people/use-cases/drivers.ts',
    ['test/people/functions/drivers.test.ts', erasing],
    [
      {
        breaks: 'that a consent which was withdrawn stays so, whoever registers',
        old: 'body.publishConsent && (before?.consentSaid ? before.publishConsent : true)',
        now: 'body.publishConsent',
      },
      {
        breaks: 'that a platform registers drivers of its own',
        old: `if (platformId !== undefined && body.platformId !== platformId) return notFound;`,
        now: '',
      },
      {
        breaks: 'that no platform takes another’s driver over',
        old: 'before && platformId !== undefined && before.platformId !== platformId',
        now: 'before && platformId === undefined && before.platformId !== platformId',
      },
      {
        breaks: 'that who is erased is not named again',
        old: `if (before?.erasedAt) return { refusal: 'driver-erased', erasedAt: before.erasedAt };`,
        now: '',
        tests: [erasing],
      },
      {
        breaks: 'that a lost race about a profile is run again',
        old: 'return done ? { created: !before, profile: profileView(after) } : again;',
        now: `if (!done) throw new Error('lost');\n    return { created: !before, profile: profileView(after) };`,
      },
    ],
  ),
  ...of(
    'shared/privacy/use-cases/erase-driver.ts',
    [erasing],
    [
      { breaks: 'that proofs are forgotten', old: '  await forgetEvidence(database, driverId);\n', now: '' },
      {
        breaks: 'that words about an attestation are forgotten',
        old: '  await forgetWhatWasSaid(database, driverId);\n',
        now: '',
        tests: [attesting],
      },
      {
        breaks: 'that nobody acts for an erased driver',
        old: '  await forgetCallersFor(database, driverId);\n',
        now: '',
        tests: ['test/people/functions/issue-claims.test.ts'],
      },
      {
        breaks: 'that the tombstone is first',
        old: "  const erasedAt = await buryProfile(database, driverId, auditor);\n  if (erasedAt === undefined) return { refusal: 'not-found' };\n  await forgetEvidence(database, driverId);\n",
        now: "  await forgetEvidence(database, driverId);\n  const erasedAt = await buryProfile(database, driverId, auditor);\n  if (erasedAt === undefined) return { refusal: 'not-found' };\n",
      },
      { breaks: 'the name in the tombstone', old: '    displayName: null,', now: `    displayName: '王',` },
    ],
  ),
  ...of(
    'shared/people/use-cases/callers.ts',
    [erasing],
    [
      {
        breaks: 'that nobody comes in for a driver who has been erased',
        old: 'unlessErased(database, id)',
        now: '',
      },
    ],
  ),
  ...of(
    'shared/people/use-cases/issue-claims.ts',
    ['test/people/functions/issue-claims.test.ts'],
    [
      {
        breaks: 'that who is disabled gets no token',
        old: 'if (!caller?.enabled) return undefined;',
        now: 'if (!caller) return undefined;',
      },
      {
        breaks: 'that scopes which were asked for are taken away',
        old: 'scopesToSuppress: poolScopes.filter(scope => scope !== own),',
        now: 'scopesToSuppress: [],',
      },
      {
        breaks: 'that no machine is an organizer by a group',
        old: 'if (triggerSource === machineTrigger) return false;',
        now: '',
      },
      {
        breaks: 'that a person never is the client through which the person signs in',
        old: 'triggerSource === machineTrigger ? callerContext.clientId',
        now: 'callerContext.clientId ? callerContext.clientId',
      },
    ],
  ),
  ...of(
    'shared/kernel/csv.ts',
    ['test/ranking/functions/http.test.ts'],
    [
      {
        breaks: 'the guard against formulas',
        old: "beginsFormula.test(value) ? `'${value}` : value",
        now: 'value',
      },
      { breaks: 'quotes in a cell', old: `.replaceAll('"', '""')`, now: '' },
    ],
  ),
];
