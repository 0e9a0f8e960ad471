import { of } from '../mutation.ts';

const races = 'test/awards/use-cases/races.test.ts';
const faults = 'test/ledger/use-cases/faults.test.ts';
const forgotten = 'test/awards/use-cases/forgotten-months.test.ts';
const erasing = 'test/privacy/use-cases/erase-driver.test.ts';
const attesting = 'test/awards/use-cases/attestation.test.ts';
const deciding = 'test/awards/use-cases/decide-events.test.ts';

/** Events on their way to entries, with their receipts, reversals and attestations. */
export const application = [
  ...of(
    'shared/dynamo/retry.ts',
    [faults, races],
    [
      {
        breaks: 'that a lost race is run again',
        old: 'for (let number = 1; number <= attemptsMax; number += 1) {',
        now: 'for (let number = 1; number <= 1; number += 1) {',
      },
    ],
  ),
  ...of(
    'shared/ledger/use-cases/change-account.ts',
    [faults, races],
    [
      {
        breaks: 'what a month’s state is, for the decision',
        old: 'attempt.entryIds, attempt.months?.(instant));',
        now: 'attempt.entryIds);',
      },
    ],
  ),
  ...of(
    'shared/awards/use-cases/award-events.ts',
    [races, faults],
    [
      {
        breaks: 'that an event which comes twice in a batch is recorded once',
        old: '(event, index) => isFirstOfItsName(events, index) && !loaded.entries.has(nameOf(event)),',
        now: 'event => !loaded.entries.has(nameOf(event)),',
      },
      {
        breaks: 'that an event which is known is not decided again',
        old: '(event, index) => isFirstOfItsName(events, index) && !loaded.entries.has(nameOf(event)),',
        now: '(_, index) => isFirstOfItsName(events, index),',
      },
      {
        breaks: 'the content that tells a conflict from a repeat',
        old: `entry.fingerprint === event.fingerprint ? 'repeat' : 'conflict'`,
        now: `'repeat'`,
      },
      {
        breaks: 'the count of conflicts',
        old: '  await recordConflicts(ports.database, events, outcomes);\n',
        now: '',
      },
      {
        breaks: 'that a late award finds its month open',
        old: '    openMonths: monthsToHoldOpen(appended.entries, now),\n',
        now: '',
      },
      {
        breaks: 'that what waits for an attestation is on the list of it',
        old: '      ...appended.entries.filter(isPending).map(entry => awaitAttestation(ports.database, entry)),\n',
        now: '',
        tests: [attesting],
      },
      {
        breaks: 'that no history is read for what is declined',
        old: 'capUseFor(ports.database, account, capped);',
        now: 'capUseFor(ports.database, account, fresh);',
        tests: [forgotten],
      },
      {
        breaks: 'the rulebook of the latest of the events',
        old: 'Math.max(...fresh.map(',
        now: 'Math.min(...fresh.map(',
        tests: ['test/awards/use-cases/award-events.test.ts'],
      },
      {
        breaks: 'that a first event enrols its driver',
        old: 'if (seq > 0 || !first || (await readProfile(database, driverId))) return [];',
        now: 'if (seq === 0 || !first || (await readProfile(database, driverId))) return [];',
      },
      {
        breaks: 'the proofs',
        old: 'const proven = fresh.filter(({ evidence }) => evidence?.length);',
        now: 'const proven: ReceivedEvent[] = [];',
      },
      {
        breaks: 'that no proof is kept of a driver who has been erased meanwhile',
        old: 'if (proven.length > 0) await forgetWhereErased(database, driverId);',
        now: '',
        tests: [erasing],
      },
    ],
  ),
  ...of(
    'shared/awards/use-cases/decide-events.ts',
    [deciding, forgotten],
    [
      {
        breaks: 'the cap use that goes along in a batch',
        old: 'const knowing = { ...sofar.account, capUse: sofar.capUse };',
        now: 'const knowing = sofar.account;',
      },
      {
        breaks: 'the cap use of a month that the account has forgotten',
        old: 'if (forgotten.size === 0) return account.capUse;',
        now: 'if (forgotten.size >= 0) return account.capUse;',
      },
      {
        breaks: 'that caps are not folded from a history with a hole',
        old: 'if (!history) throw new Error(`the history of ${account.driverId} is not whole yet`);',
        now: 'if (!history) return account.capUse;',
        tests: [faults],
      },
      {
        breaks: 'that a closed month takes no more awards',
        old: 'const monthClosed = closedMonths.has(monthOf(instantOf(event.occurredAt)));',
        now: 'const monthClosed = false;',
        tests: [races],
      },
      {
        breaks: 'the month in which an event lies, by local time',
        old: 'const monthClosed = closedMonths.has(monthOf(instantOf(event.occurredAt)));',
        now: 'const monthClosed = closedMonths.has(new Date(event.occurredAt).toISOString().slice(0, 7));',
        tests: [deciding],
      },
      {
        breaks: 'the first instant after a month',
        old: 'return startOfMonth(addMonths(month, 1)) <= now;',
        now: 'return startOfMonth(addMonths(month, 1)) < now;',
        tests: [deciding],
      },
    ],
  ),
  ...of(
    'shared/awards/use-cases/received-event.ts',
    [races],
    [
      {
        breaks: 'that the same instant in another offset is the same content',
        old: 'const content = { ...body, occurredAt: instantOf(body.occurredAt) };',
        now: 'const content = body;',
      },
    ],
  ),
  ...of(
    'shared/awards/use-cases/receive-events.ts',
    ['test/awards/use-cases/receive-events.test.ts'],
    [
      {
        breaks: 'that nothing lies in the future',
        old: 'const latest = now + clockSkewMaxMs;',
        now: 'const latest = now + 100 * clockSkewMaxMs;',
      },
      {
        breaks: 'the five minutes that a platform’s clock may be ahead',
        old: 'if (instantOf(parsed.data.occurredAt) > latest) {',
        now: 'if (instantOf(parsed.data.occurredAt) >= latest) {',
      },
      {
        breaks: 'the size of what goes on the bus at once',
        old: 'if (size + own > sizeMax) {',
        now: 'if (size > sizeMax) {',
      },
    ],
  ),
  ...of(
    'shared/awards/use-cases/deliveries.ts',
    ['test/awards/functions/award-points.test.ts'],
    [
      {
        breaks: 'that a message which cannot be read is told',
        old: `    if ('why' in detail) all.unreadable.push({ messageId, why: detail.why });\n    else`,
        now: `    if (!('why' in detail))`,
      },
    ],
  ),
  ...of(
    'shared/awards/use-cases/work-through.ts',
    ['test/awards/functions/award-points.test.ts'],
    [
      {
        breaks: 'that what cannot be validated is a failure',
        old: 'new Set<Delivery>(deliveries.filter(({ event }) => event === undefined));',
        now: 'new Set<Delivery>();',
      },
      {
        breaks: 'that the neighbours of a poison event are tried by themselves',
        old: 'if (group.length > 1) for (const one of group) await tried(driverId, [one], work, failed);',
        now: '',
      },
      {
        breaks: 'all events of a driver but those of one transaction',
        old: 'start < deliveries.length; start += eventsPerTransactionMax',
        now: 'start < 1; start += eventsPerTransactionMax',
      },
      {
        breaks: 'that what failed is told',
        old: '    for (const delivery of group) failed.add(delivery);\n',
        now: '',
      },
      {
        breaks: 'that nothing is begun when time is over',
        old: `if (!work.hasTime()) throw new Error('no time left');`,
        now: '',
      },
    ],
  ),
  ...of(
    'shared/awards/use-cases/receipts.ts',
    [races, 'test/wallet/functions/wallet.test.ts'],
    [
      {
        breaks: 'that a reversal is written once, and told again',
        old: `if (entries.has(reversalId)) return { kind: 'nothing', result: null };`,
        now: `if (entries.has(reversalId)) return { kind: 'nothing', result: notFound };`,
      },
      {
        breaks: 'that the attestation’s entry tells how an event ended',
        old: 'entry: ofEvent.find(({ entryId }) => entryId === attestation) ?? ofEvent[0],',
        now: 'entry: ofEvent.find(({ entryId }) => entryId !== attestation) ?? ofEvent[0],',
        tests: [attesting],
      },
      {
        breaks: 'that the clock declines what nobody has attested',
        old: 'const isLapsed = now !== undefined && hasLapsed(entry, now);',
        now: 'const isLapsed = false;',
        tests: [attesting],
      },
      {
        breaks: 'that a reversal by an organizer is in the audit list',
        old: 'const besides = organizer ? [audited(',
        now: 'const besides = organizer === undefined ? [audited(',
        tests: ['test/audit/use-cases/audit-list.test.ts'],
      },
    ],
  ),
  ...of(
    'shared/awards/use-cases/end-attestation.ts',
    [attesting],
    [
      {
        breaks: 'that a late confirmation finds its month open or gets none',
        old: `months: at => (said.outcome === 'confirmed' ? monthsOver([pending], at) : []),`,
        now: 'months: () => [],',
      },
      {
        breaks: 'that a second word is refused',
        old: `if (was !== 'lapsed') return { refusal: 'already-attested', outcome: was };`,
        now: `if (was !== 'lapsed') return null;`,
      },
      {
        breaks: 'what was said, and by whom',
        old: 'besides: [endAttestation(database, pending, said, at), ...besides(at)]',
        now: 'besides: besides(at)',
      },
    ],
  ),
];
