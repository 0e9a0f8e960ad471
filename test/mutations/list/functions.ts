import { of } from '../mutation.ts';

const awarding = 'test/awards/functions/award-points.test.ts';
const sweeps = 'test/runtime/sweeps.test.ts';
const own = 'test/redemptions/functions/own.test.ts';

/** What functions tell the cloud, and whom they let at whose things. */
export const functions = [
  ...of(
    'functions/award-points.ts',
    [awarding],
    [
      {
        breaks: 'messages that cannot be read',
        old: '[...unreadable, ...returned].map(',
        now: 'returned.map(',
      },
      {
        breaks: 'messages that are given back',
        old: '[...unreadable, ...returned].map(',
        now: 'unreadable.map(',
      },
      {
        breaks: 'that a message which can’t be sent on is given back',
        old: 'if (!sentOn) returned.push({ messageId });',
        now: '',
      },
      {
        breaks: 'that only what failed goes on',
        old: 'const sentOn = members.length > 1 && (await sendOn(failing));',
        now: 'const sentOn = members.length > 1 && (await sendOn(members));',
      },
      {
        breaks: 'that a poison event ends with the dead letters',
        old: 'const sentOn = members.length > 1 && (await sendOn(failing));',
        now: 'const sentOn = await sendOn(failing);',
      },
      {
        breaks: 'that sending on may fail',
        old: 'return refused === undefined;',
        now: 'return true;',
      },
      {
        breaks: 'when an event came in, where it goes on by itself',
        old: 'detail: { platformId, receivedAt, requestId, events: [body] },',
        now: 'detail: { platformId, receivedAt: new Date().toISOString(), requestId, events: [body] },',
      },
      {
        breaks: 'that nothing is begun when time is over',
        old: 'getRemainingTimeInMillis() > reserveMs',
        now: 'getRemainingTimeInMillis() > 0',
      },
    ],
  ),
  ...of(
    'functions/receive-events.ts',
    ['test/awards/functions/receive-events.test.ts'],
    [
      {
        breaks: 'that `accepted` is said only of what the bus has accepted',
        old: 'taken[number]\n',
        now: 'taken\n',
      },
      {
        breaks: 'that 202 is not said where nothing was taken',
        old: `if (!accepted.some(({ status }) => status === 'accepted')) return new Rejection('try-again', { results });`,
        now: '',
      },
      {
        breaks: 'that 202 is not said where nothing is valid',
        old: `if (results.length === checked.length) return new Rejection('invalid', allRejected(results));`,
        now: '',
      },
      {
        breaks: 'the order in which results are told',
        old: 'results.sort((a, b) => a.index - b.index)',
        now: 'results',
      },
      {
        breaks: 'for whom a platform hands in',
        old: '{ platformId: caller.id, receivedAt',
        now: `{ platformId: 'rides', receivedAt`,
      },
    ],
  ),
  ...of(
    'functions/archive-entries.ts',
    ['test/ledger/functions/archive-entries.test.ts'],
    [
      {
        breaks: 'that an archived object is never written over',
        old: `        IfNoneMatch: '*',\n`,
        now: '',
      },
      {
        breaks: 'that runs with the same numbers are different objects',
        old: '${run}-${sha256(body)}.ndjson',
        now: '${run}.ndjson',
      },
      {
        breaks: 'that a repeat has the same name, however its fields are ordered',
        old: 'canonical(entry as Json)',
        now: 'JSON.stringify(entry as Json)',
      },
      {
        breaks: 'that a repeat finds its object there',
        old: `if (!(error instanceof Error && error.name === 'PreconditionFailed')) throw error;`,
        now: 'throw error;',
      },
      {
        breaks: 'that a bucket which fails holds the stream up',
        old: `if (!(error instanceof Error && error.name === 'PreconditionFailed')) throw error;`,
        now: '',
      },
    ],
  ),
  ...of(
    'functions/wallet.ts',
    ['test/wallet/functions/wallet.test.ts'],
    [
      {
        breaks: 'that a wallet is the driver’s own',
        old: '    caller.id === params.driverId\n',
        now: `    caller.id !== ''\n`,
      },
      {
        breaks: 'that the entries are the driver’s own',
        old: `    if (caller.id !== params.driverId) return { refusal: 'not-found' };\n`,
        now: '',
      },
    ],
  ),
  ...of(
    'functions/drivers.ts',
    ['test/people/functions/drivers.test.ts'],
    [
      {
        breaks: 'that consent is the driver’s own',
        old: '    caller.id === params.driverId\n',
        now: `    caller.id !== ''\n`,
      },
      {
        breaks: 'that a platform registers as itself',
        old: `const platformId = caller.role === 'platform' ? caller.id : undefined;`,
        now: 'const platformId = undefined;',
      },
    ],
  ),
  ...of(
    'functions/statements.ts',
    [own],
    [
      {
        breaks: 'that a statement is the merchant’s own',
        old: `    if (caller.role === 'merchant' && caller.id !== merchantId) return { refusal: 'not-found' };\n`,
        now: '',
      },
    ],
  ),
  ...of(
    'functions/export-driver.ts',
    [own],
    [
      {
        breaks: 'that an export is the driver’s own',
        old: `    if (caller.role === 'driver' && caller.id !== driverId) return { refusal: 'not-found' };\n`,
        now: '',
      },
      {
        breaks: 'that an export by an organizer is in the audit list',
        old: `if (caller.role === 'organizer' && !from) {`,
        now: `if (caller.role === 'driver' && !from) {`,
      },
    ],
  ),
  ...of(
    'functions/redemptions.ts',
    [own],
    [
      {
        breaks: 'that a redemption is the driver’s own',
        old: `if (!redemption || (caller.role === 'driver' && !own)) return { refusal: 'not-found' };`,
        now: `if (!redemption) return { refusal: 'not-found' };`,
      },
      {
        breaks: 'that a code is shown to its driver alone',
        old: `redemptionView(redemption, at, caller.role === 'driver' ? await openCodes() : undefined),`,
        now: 'redemptionView(redemption, at, await openCodes()),',
      },
      {
        breaks: 'that a merchant returns as itself',
        old: 'const request = { merchantId: caller.id, ...body };',
        now: `const request = { merchantId: 'station-east', ...body };`,
      },
    ],
  ),
  ...of(
    'functions/rankings.ts',
    ['test/ranking/functions/http.test.ts'],
    [
      {
        breaks: 'that a rank of one’s own is one’s own',
        old: `return caller.role === 'organizer' || caller.id === driverId;`,
        now: 'return driverId.length > 0;',
      },
      {
        breaks: 'that drivers see what is masked',
        old: `return caller.role === 'organizer' ? 'everything' : 'masked';`,
        now: `return 'everything';`,
      },
      {
        breaks: 'that who has no token is the public',
        old: `if (!caller) return 'public';`,
        now: `if (!caller) return 'masked';`,
      },
      {
        breaks: 'that a list goes on in the version that it has begun in',
        old: 'version: query.version ?? begunIn ?? undefined',
        now: 'version: query.version ?? undefined',
      },
      {
        breaks: 'that what is for one caller is kept by nobody',
        old: `if (sight !== 'public') return reply(200, view);`,
        now: '',
      },
    ],
  ),
  ...of(
    'functions/expire-points.ts',
    [sweeps],
    [
      {
        breaks: 'the last month that has expired',
        old: 'addMonths(monthOf(now()), 1 - lotLifeMonths)',
        now: 'addMonths(monthOf(now()), -lotLifeMonths)',
      },
    ],
  ),
  ...of(
    'functions/close-month.ts',
    [sweeps],
    [
      {
        breaks: 'the month before',
        old: 'const month = addMonths(monthOf(now()), -1);',
        now: 'const month = monthOf(now());',
      },
      {
        breaks: 'that the clock never forces a close',
        old: `month, 'close-month', false);`,
        now: `month, 'close-month', true);`,
      },
    ],
  ),
  ...of(
    'functions/reconcile.ts',
    ['test/infra/alarms.test.ts', sweeps],
    [
      {
        breaks: 'that only the run of the night begins',
        old: `await reconcile(ports, schedule === 'reconcile')`,
        now: 'await reconcile(ports, true)',
        tests: [sweeps],
      },
      {
        breaks: 'the alarm about books that differ',
        old: `        count('ReconcileDifferences');\n`,
        now: '',
        tests: [sweeps],
      },
    ],
  ),
];
