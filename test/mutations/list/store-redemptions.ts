import { of } from '../mutation.ts';

const conditions = 'test/redemptions/store/redemption-conditions.test.ts';

/** What keeps redemptions, stock and codes exact. */
export const storeRedemptions = [
  ...of(
    'shared/redemptions/store/redemptions.ts',
    [conditions],
    [
      {
        breaks: 'that a reservation is written once',
        old: `        ConditionExpression: 'attribute_not_exists(redemptionId)',\n`,
        now: '',
      },
      {
        breaks: 'the state in the condition of a confirmation and of a cancellation',
        old: `'before-expiry': '#state = :from AND expiresAt > :now',`,
        now: `'before-expiry': '(#state = :from OR #state <> :from) AND expiresAt > :now',`,
      },
      {
        breaks: 'the clock in the condition of a confirmation and of a cancellation',
        old: `'before-expiry': '#state = :from AND expiresAt > :now',`,
        now: `'before-expiry': '#state = :from AND (expiresAt > :now OR expiresAt <= :now)',`,
      },
      {
        breaks: 'the very instant of expiry, at the till',
        old: `'before-expiry': '#state = :from AND expiresAt > :now',`,
        now: `'before-expiry': '#state = :from AND expiresAt >= :now',`,
      },
      {
        breaks: 'the state in the condition of an expiry',
        old: `'from-expiry': '#state = :from AND expiresAt <= :now',`,
        now: `'from-expiry': '(#state = :from OR #state <> :from) AND expiresAt <= :now',`,
      },
      {
        breaks: 'the clock in the condition of an expiry',
        old: `'from-expiry': '#state = :from AND expiresAt <= :now',`,
        now: `'from-expiry': '#state = :from AND (expiresAt > :now OR expiresAt <= :now)',`,
      },
      {
        breaks: 'the very instant of expiry, for the sweep',
        old: `'from-expiry': '#state = :from AND expiresAt <= :now',`,
        now: `'from-expiry': '#state = :from AND expiresAt < :now',`,
      },
      {
        breaks: 'the state in the condition of a return',
        old: `any: '#state = :from',`,
        now: `any: '(#state = :from OR #state <> :from)',`,
      },
      {
        breaks: 'the outlet in the condition of a confirmation',
        old: 'AND contains(outlets, :outlet) AND',
        now: 'AND (contains(outlets, :outlet) OR attribute_exists(outlets)) AND',
      },
      {
        breaks: 'the least spend in the condition of a confirmation',
        old: 'OR discount.minSpendFen <= :amountFen)',
        now: 'OR discount.minSpendFen <= :amountFen OR discount.minSpendFen > :amountFen)',
      },
      {
        breaks: 'the very least spend',
        old: 'OR discount.minSpendFen <= :amountFen)',
        now: 'OR discount.minSpendFen < :amountFen)',
      },
      {
        breaks: 'that a discount needs an amount',
        old: `? 'attribute_not_exists(discount)'`,
        now: `? '(attribute_not_exists(discount) OR attribute_exists(discount))'`,
      },
      {
        breaks: 'what a scan is told that comes second',
        old: `    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',\n`,
        now: '',
      },
      {
        breaks: 'that a confirmation is tried again where another transaction holds the item',
        old: 'if (!isConflict(error) || attempt === attemptsMax) throw error;',
        now: 'throw error;',
      },
      {
        breaks: 'that what has ended is due no more',
        old: "${sets.join('')} REMOVE dueShard, dueAt`,",
        now: "${sets.join('')}`,",
      },
      {
        breaks: 'the local month in which a confirmation stands',
        old: 'confirmedKey: merchantMonthKey(merchantId, monthOf(now)),',
        now: 'confirmedKey: merchantMonthKey(merchantId, new Date(now).toISOString().slice(0, 7)),',
      },
    ],
  ),
  ...of(
    'shared/redemptions/store/due-holds.ts',
    [conditions],
    [
      {
        breaks: 'what is due at this very instant',
        old: '`${toLocalIso(now)}$`',
        now: '`${toLocalIso(now)}`',
      },
      {
        breaks: 'all but the first shard of what is due',
        old: 'shard < dueShards; shard += 1',
        now: 'shard < 1; shard += 1',
      },
      {
        breaks: 'that a driver’s overdue holds are the driver’s own',
        old: 'if (hold.driverId === driverId) own.push(hold);',
        now: 'own.push(hold);',
      },
    ],
  ),
  ...of(
    'shared/redemptions/store/driver-redemptions.ts',
    ['test/dynamo/paging.test.ts', 'test/e2e/redemptions.test.ts'],
    [
      {
        breaks: 'holds that run for weeks',
        old: 'const heldMsMax = holdMinutesMax * minuteMs;',
        now: 'const heldMsMax = 60 * minuteMs;',
        tests: [conditions],
      },
      {
        breaks: 'overdue holds that nobody has swept for weeks',
        old: 'return distinctIds([...recent, ...overdue]);',
        now: 'return distinctIds(recent);',
        tests: [conditions],
      },
      {
        breaks: 'that a hold is counted once, though two lists name it',
        old: 'return [...new Set(keys.map(({ redemptionId }) => String(redemptionId)))];',
        now: 'return keys.map(({ redemptionId }) => String(redemptionId));',
        tests: [conditions],
      },
    ],
  ),
  ...of(
    'shared/redemptions/store/stock.ts',
    [conditions],
    [
      {
        breaks: 'that a piece is there to be taken',
        old: `'version = :decided AND stock >= :piece'`,
        now: `'version = :decided'`,
      },
      {
        breaks: 'that terms are in force still, where stock is tracked',
        old: `'version = :decided AND stock >= :piece'`,
        now: `'(version = :decided OR version <> :decided) AND stock >= :piece'`,
      },
      {
        breaks: 'that terms are in force still, where stock is not tracked',
        old: `          ConditionExpression: 'version = :decided',`,
        now: `          ConditionExpression: 'version = :decided OR version <> :decided',`,
      },
      {
        breaks: 'that new terms follow those before them',
        old: `              ConditionExpression: 'version = :before',`,
        now: `              ConditionExpression: 'version = :before OR version <> :before',`,
      },
      {
        breaks: 'that first terms are the first',
        old: `              ConditionExpression: 'attribute_not_exists(rewardId)',\n`,
        now: '',
      },
      {
        breaks: 'that new terms keep the stock',
        old: 'stock = if_not_exists(stock, :none)',
        now: 'stock = :none',
      },
      {
        breaks: 'what is told of new terms as of an empty stock',
        old: 'old?.version === version\n        ?',
        now: 'old\n        ?',
      },
      {
        breaks: 'that an adjusted stock is what its record says that it was',
        old: `'stock = :read AND stock >= :least'`,
        now: `'(stock = :read OR stock <> :read) AND stock >= :least'`,
        tests: ['test/audit/use-cases/audit-list.test.ts'],
      },
      {
        breaks: 'that a request number adjusts once',
        old: `          ConditionExpression: 'attribute_not_exists(requestNo)',\n`,
        now: '',
      },
      {
        breaks: 'that stock never falls below zero by hand',
        old: `':least': Math.max(0, -delta)`,
        now: `':least': 0`,
      },
      {
        breaks: 'that a reward can be restocked from nothing',
        old: `':least': Math.max(0, -delta)`,
        now: `':least': 1`,
      },
    ],
  ),
  ...of(
    'shared/redemptions/store/attempts.ts',
    ['test/redemptions/store/attempts.test.ts'],
    [
      {
        breaks: 'that guesses at once are all counted',
        old: `before ? 'triedAt = :before' : 'attribute_not_exists(triedAt)'`,
        now: `before ? 'attribute_exists(triedAt)' : 'attribute_not_exists(merchantId) OR attribute_exists(merchantId)'`,
      },
      {
        breaks: 'that a merchant’s guesses are its own',
        old: 'const before = await readTries(database, merchantId);',
        now: `const before = await readTries(database, 'shop-full');`,
      },
    ],
  ),
  ...of(
    'shared/redemptions/store/codes.ts',
    ['test/redemptions/store/codes.test.ts'],
    [
      {
        breaks: 'the driver in what names a request',
        old: 'JSON.stringify([driverId, idempotencyKey, turn])',
        now: 'JSON.stringify([idempotencyKey, turn])',
      },
      {
        breaks: 'the turn in what names a request',
        old: 'JSON.stringify([driverId, idempotencyKey, turn])',
        now: 'JSON.stringify([driverId, idempotencyKey])',
      },
      {
        breaks: 'the key that a code was made with',
        old: `const secret = keys[String(alphabet.indexOf(code.charAt(0)))];`,
        now: 'const secret = keys[current];',
      },
      {
        breaks: 'how people type: O for 0',
        old: `.replaceAll('O', '0')`,
        now: '',
      },
      {
        breaks: 'the length of a code',
        old: 'return codePattern.test(code) && secret !== undefined',
        now: 'return secret !== undefined',
      },
      {
        breaks: 'codes under the keys before the current one',
        old: 'candidates: seed => [candidate(seed, current), ...older.map(version => candidate(seed, version))],',
        now: 'candidates: seed => [candidate(seed, current)],',
      },
      {
        breaks: 'the length of a secret',
        old: 'isVersion(version) && secret.length >= secretCharactersMin',
        now: 'isVersion(version)',
      },
    ],
  ),
];
