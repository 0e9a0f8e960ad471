import { of } from '../mutation.ts';

const races = 'test/redemptions/use-cases/redemption-races.test.ts';
const shop = 'test/redemptions/use-cases/redemption-rules.test.ts';
const statementPages = 'test/statements/use-cases/statement-pages.test.ts';
const use = 'test/redemptions/use-cases/redemption-use.test.ts';
const e2e = 'test/e2e/redemptions.test.ts';

/** Reserving and all the ways in which that ends. */
export const applicationRedemptions = [
  ...of(
    'shared/redemptions/use-cases/reserve.ts',
    [shop, use, races],
    [
      {
        breaks: 'that a key with another wish is refused',
        old: `known.rewardId === rewardId ? known : { refusal: 'idempotency-key-reused', redemptionId }`,
        now: 'known',
      },
      {
        breaks: 'that a key is the same wish for ever',
        old: '    if (known) return sameOrRefused(known, wish);\n',
        now: '',
      },
      {
        breaks: 'that a wish is known by its seed, not by its code alone',
        old: 'redemption => redemption.seed === seed',
        now: '() => true',
        tests: [use, shop],
      },
      {
        breaks: 'that a piece is taken from the stock',
        old: 'besides: [putReservation(database, reserved), takeFromStock(database, terms)],',
        now: 'besides: [putReservation(database, reserved)],',
      },
      {
        breaks: 'the redemption itself',
        old: 'besides: [putReservation(database, reserved), takeFromStock(database, terms)],',
        now: 'besides: [takeFromStock(database, terms)],',
      },
      {
        breaks: 'that overdue holds of a driver are settled before new points are spent',
        old: '    await settleOverdueOf(ports, wish.driverId);\n',
        now: '',
      },
      {
        breaks: 'that an overdue hold gives its piece to who waits for it',
        old: 'return withOverdueStock(ports, wish.rewardId, () => reserveOnce(ports, wish));',
        now: 'return reserveOnce(ports, wish);',
      },
      {
        breaks: 'how long a reservation is held',
        old: 'toLocalIso(now + terms.holdMinutes * minuteMs)',
        now: 'toLocalIso(now + terms.holdMinutes * 1000)',
      },
      {
        breaks: 'the subsidy of the terms as they were',
        old: 'subsidyFen: terms.subsidyFen ?? 0,',
        now: 'subsidyFen: 0,',
      },
      {
        breaks: 'that functions under the old key and the new make one wish once',
        old: 'const names = candidates.map(',
        now: 'const names = candidates.slice(0, 1).map(',
        tests: [races],
      },
    ],
  ),
  ...of(
    'shared/redemptions/use-cases/refund.ts',
    [races, use],
    [
      {
        breaks: 'that the piece goes back into the stock',
        old: '...(redemption.stockTracked ? [giveBackToStock(ports.database, redemption.rewardId)] : []),',
        now: '',
      },
      {
        breaks: 'that a redemption ends with its refund',
        old: 'endRedemption(ports.database, redemption, ending.step, ending.facts(redemption, now), now),',
        now: '',
      },
      {
        breaks: 'what the state says by now',
        old: 'const redemption = (await readRedemption(ports.database, redemptionId)) ?? found;',
        now: 'const redemption = found;',
        tests: [races],
      },
    ],
  ),
  ...of(
    'shared/redemptions/use-cases/cancel.ts',
    [use, shop],
    [
      {
        breaks: 'that a driver gives up the own reservation alone',
        old: 'redemption.driverId === driverId ? judgeCancellation(redemption, now)',
        now: "redemption.driverId !== '' ? judgeCancellation(redemption, now)",
      },
      {
        breaks: 'the local month in which a return stands',
        old: 'returnedKey: merchantMonthKey(request.merchantId, monthOf(now)),',
        now: 'returnedKey: merchantMonthKey(request.merchantId, new Date(now).toISOString().slice(0, 7)),',
      },
    ],
  ),
  ...of(
    'shared/redemptions/use-cases/confirm.ts',
    [shop, use, e2e],
    [
      {
        breaks: 'that a guess within bounds is told from one too many',
        old: 'if (notBefore === undefined) return unknown;',
        now: 'if (notBefore !== undefined) return unknown;',
      },
      {
        breaks: 'that guessing is slowed',
        old: 'if (notBefore === undefined) return unknown;',
        now: 'if (notBefore !== 0) return unknown;',
      },
    ],
  ),
  ...of(
    'shared/redemptions/use-cases/expire.ts',
    [races],
    [
      {
        breaks: 'that only what is overdue expires',
        old: `isOverdue(redemption, now) ? 'due' : 'repeat'`,
        now: `redemption.state === 'reserved' && now > 0 ? 'due' : 'repeat'`,
        tests: [use, shop],
      },
      {
        breaks: 'that a hold is settled for its own reward',
        old: 'hold.rewardId === rewardId && !settled.has(hold.redemptionId)',
        now: '!settled.has(hold.redemptionId)',
        tests: [use, shop],
      },
      {
        breaks: 'that an overdue hold is settled once for who waits',
        old: '  settled.add(redemptionId);\n',
        now: '',
        tests: [use, shop],
      },
    ],
  ),
  ...of(
    'shared/ledger/use-cases/expire-points.ts',
    ['test/ledger/store/sweep.test.ts'],
    [
      {
        breaks: 'that an account in which nothing has expired is passed by',
        old: '  if (points === 0) await moveSweep(ports.database, await readAccount(ports.database, driverId), ports.now());\n',
        now: '',
      },
    ],
  ),
  ...of(
    'shared/redemptions/use-cases/rewards.ts',
    [use, shop],
    [
      {
        breaks: 'that outlets are known',
        old: `if (unknown.size > 0) return { refusal: 'invalid', errors: unknownOutlets(body.outlets, unknown) };`,
        now: '',
      },
      {
        breaks: 'that the same terms again are the same version',
        old: 'if (before && sameTerms(before, after))',
        now: 'if (before && !sameTerms(before, before))',
      },
      {
        breaks: 'that pieces of overdue holds can be taken out by hand',
        old: 'return withOverdueStock(ports, rewardId, once);',
        now: 'return once();',
      },
      {
        breaks: 'that a request number’s repeat changes no stock',
        old: `    if (outcome === 'done') {`,
        now: `    if (outcome === 'done' || outcome === 'repeat') {`,
        tests: [use, shop],
      },
    ],
  ),
  ...of(
    'shared/wallet/use-cases/wallet.ts',
    ['test/wallet/functions/wallet.test.ts', e2e],
    [
      {
        breaks: 'when points expire',
        old: 'startOfMonthIso(expiryMonthOf(lot))',
        now: 'startOfMonthIso(lot)',
      },
    ],
  ),
  ...of(
    'shared/redemptions/store/holder.ts',
    ['test/wallet/use-cases/wallet-races.test.ts'],
    [
      {
        breaks: 'that a wallet waits for a hold that the index does not tell of yet',
        old: '(isLast || areAllReservations(holder.account, holder.redemptions, from))',
        now: '(isLast || from.length > 0)',
      },
      {
        breaks: 'that the holds of several transactions stand on one account',
        old: 'part => part?.account.seq !== first.account.seq',
        now: 'part => !part',
      },
      {
        breaks: 'that what may be open is read in one transaction with the account',
        old: `(known.get(id)?.state ?? 'reserved') === 'reserved'`,
        now: '!known.has(id)',
      },
    ],
  ),
  ...of(
    'shared/statements/use-cases/statements.ts',
    [use],
    [
      {
        breaks: 'the returns of a statement',
        old: `Promise.all([keys('confirmations'), keys('returns')])`,
        now: `Promise.all([keys('confirmations'), []])`,
      },
      {
        breaks: 'that lines of one instant stand on one page each',
        old: `if (last && (found.at(-1)?.at ?? '') > last.at) break;`,
        now: 'if (last) break;',
        tests: [statementPages],
      },
      {
        breaks: 'that a page has no line that came after the first was read',
        old: 'const count = Math.min(limit, left);',
        now: 'const count = limit;',
        tests: [statementPages],
      },
      {
        breaks: 'that a month of more lines than can be read is refused',
        old: '      if (lines > linesMax) break;\n    }\n    return found;\n  };',
        now: '    }\n    linesMax = lines;\n    return found;\n  };',
        tests: [statementPages],
      },
      {
        breaks: 'that an answer that would not fit is refused',
        old: 'Buffer.byteLength(JSON.stringify(text)) <= bytesMax',
        now: 'Buffer.byteLength(text) <= bytesMax',
        tests: [statementPages],
      },
    ],
  ),
];
