import { of } from '../mutation.ts';

const personal = 'test/e2e/personal-data.test.ts';
const mission = 'test/mission/elsewhere.test.ts';
const organizers = 'test/people/functions/organizers.test.ts';
const account = 'test/ledger/rules/account.test.ts';

/** Two arguments of one type, the one for the other: what no type holds. */
export const swapped = [
  ...of(
    'shared/ledger/rules/account.ts',
    [account],
    [
      {
        breaks: 'the latest month and the month that is kept, the one for the other',
        old: 'one => keepsStanding(latestMonth, one));',
        now: 'one => keepsStanding(one, latestMonth));',
      },
    ],
  ),
  ...of(
    'shared/ranking/rules/merkle.ts',
    ['test/ranking/rules/proof.test.ts'],
    [
      {
        breaks: 'the left and the right of two hashes in the tree, the one for the other',
        old: 'right ? nodeHash(left, right, sha256) : left',
        now: 'right ? nodeHash(right, left, sha256) : left',
      },
    ],
  ),
  ...of(
    'shared/awards/use-cases/award-events.ts',
    ['test/awards/use-cases/award-events.test.ts', 'test/awards/use-cases/races.test.ts'],
    [
      {
        breaks: 'the name of a known event and the fingerprint of its other content, the one for the other',
        old: 'nameOf(event), event.fingerprint, event.receivedAt',
        now: 'event.fingerprint, nameOf(event), event.receivedAt',
      },
      {
        breaks: 'the driver and the platform of a new profile, the one for the other',
        old: 'enrolment(database, driverId, first.platformId)',
        now: 'enrolment(database, first.platformId, driverId)',
      },
    ],
  ),
  ...of(
    'shared/awards/use-cases/deliveries.ts',
    ['test/awards/functions/award-points.test.ts', 'test/fuzz/queue.test.ts'],
    [
      {
        breaks: 'the platform and the time of receipt, the one for the other',
        old: 'receivedEvent(platformId, receivedAt, parsed.data)',
        now: 'receivedEvent(receivedAt, platformId, parsed.data)',
      },
    ],
  ),
  ...of(
    'shared/ranking/use-cases/manage.ts',
    ['test/ranking/use-cases/close.test.ts'],
    [
      {
        breaks: 'the month’s record before and after a step, the one for the other',
        old: 'replaceRankingMonth(database, before, after);',
        now: 'replaceRankingMonth(database, after, before);',
      },
    ],
  ),
  ...of(
    'shared/ranking/use-cases/versions.ts',
    ['test/ranking/use-cases/versions.test.ts'],
    [
      {
        breaks: 'the first and the last of the changes that are asked for, the one for the other',
        old: 'changeBlocks(stored.build, from, to)',
        now: 'changeBlocks(stored.build, to, from)',
      },
    ],
  ),
  ...of(
    'shared/ranking/store/ranking-proofs.ts',
    ['test/ranking/use-cases/proving.test.ts', 'test/privacy/use-cases/erase-driver.test.ts'],
    [
      {
        breaks: 'salts as they were and without the one to forget, the one for the other',
        old: 'replaceSalts(database, blockId, salts, without)',
        now: 'replaceSalts(database, blockId, without, salts)',
      },
    ],
  ),
  ...of(
    'shared/redemptions/store/codes.ts',
    ['test/redemptions/store/codes.test.ts'],
    [
      {
        breaks: 'the secret and the code that an id is derived from, the one for the other',
        old: '? derivedId(secret, code) : undefined',
        now: '? derivedId(code, secret) : undefined',
      },
    ],
  ),
  ...of(
    'functions/redemptions.ts',
    [mission],
    [
      {
        breaks: 'the redemption that is cancelled and its driver, the one for the other',
        old: 'cancelRedemption(ports, params.redemptionId, caller.id)',
        now: 'cancelRedemption(ports, caller.id, params.redemptionId)',
      },
    ],
  ),
  ...of(
    'functions/adjustments.ts',
    [personal],
    [
      {
        breaks: 'who approves and what is approved, the one for the other',
        old: 'approveAdjustment(ports, now, caller.id, params.adjustmentId)',
        now: 'approveAdjustment(ports, now, params.adjustmentId, caller.id)',
      },
    ],
  ),
  ...of(
    'functions/reverse-award.ts',
    ['test/wallet/functions/wallet.test.ts', personal],
    [
      {
        breaks: 'the platform and its event, the one for the other',
        old: 'reverseAward(database, now, platformId, params.eventId, body.reason, organizer)',
        now: 'reverseAward(database, now, params.eventId, platformId, body.reason, organizer)',
      },
    ],
  ),
  ...of(
    'functions/callers.ts',
    [organizers],
    [
      {
        breaks: 'the old and the new name of a caller, the one for the other',
        old: 'params.callerId, body.newCallerId)',
        now: 'body.newCallerId, params.callerId)',
      },
    ],
  ),
  ...of(
    'functions/manage-rankings.ts',
    [organizers],
    [
      {
        breaks: 'the author and the reason of a correction, the one for the other',
        old: 'params.month, caller.id, body.reason',
        now: 'params.month, body.reason, caller.id',
      },
    ],
  ),
  ...of(
    'functions/publish-rankings.ts',
    ['test/fuzz/streams.test.ts'],
    [
      {
        breaks: 'a month before and after its step, the one for the other',
        old: 'rankingAnnouncement(parseRankingMonth(month, before), parseRankingMonth(month, after))',
        now: 'rankingAnnouncement(parseRankingMonth(month, after), parseRankingMonth(month, before))',
      },
    ],
  ),
];
