import { of } from '../mutation.ts';

const races = 'test/awards/use-cases/races.test.ts';
const conditions = 'test/ledger/store/conditions.test.ts';
const stores = 'test/ledger/store/stores.test.ts';
const closing = 'test/ranking/use-cases/close.test.ts';
const adjustments = 'test/adjustments/use-cases/adjustments.test.ts';

/** Conditions of writes: names that are taken once, and versions that must not have moved. */
export const storeWrites = [
  ...of(
    'shared/ledger/store/entries.ts',
    [stores, races],
    [
      {
        breaks: 'the condition that an entry’s name is free',
        old: `        ConditionExpression: 'attribute_not_exists(entryId)',\n`,
        now: '',
      },
    ],
  ),
  ...of(
    'shared/ledger/store/accounts.ts',
    [races, conditions],
    [
      {
        breaks: 'the condition that the account has not moved',
        old: `: { ConditionExpression: 'seq = :read', ExpressionAttributeValues: { ':read': seq } }),`,
        now: ': {}),',
      },
      {
        breaks: 'the condition that a new account is new',
        old: `? { ConditionExpression: 'attribute_not_exists(driverId)' }`,
        now: '? {}',
      },
      {
        breaks: 'the condition that nothing has come in before the sweep passes an account by',
        old: `        ConditionExpression: 'seq = :read',\n        ExpressionAttributeValues: {\n          ':key'`,
        now: `        ConditionExpression: 'seq = :read OR seq <> :read',\n        ExpressionAttributeValues: {\n          ':key'`,
      },
      {
        breaks: 'the place of an older lot than ever among what the sweep looks at',
        old: 'return oldest !== undefined && oldest < start ? oldest : start;',
        now: 'return start;',
        tests: ['test/ledger/store/sweep.test.ts'],
      },
      {
        breaks: 'the consistency of what a reader is told of an account',
        old: `Key: { driverId }, ConsistentRead: true }),`,
        now: `Key: { driverId }, ConsistentRead: false }),`,
        tests: [conditions],
      },
    ],
  ),
  ...of(
    'shared/ledger/store/ledger.ts',
    [races],
    [
      {
        breaks: 'the months that must be open still, when an award is written',
        old: '    ...openMonths.map(month => monthStillOpen(database, month, after.driverId)),\n',
        now: '',
      },
      {
        breaks: 'what goes with an entry: stock, redemption, attestation',
        old: '    ...besides,\n',
        now: '',
        tests: ['test/redemptions/use-cases/redemption-races.test.ts'],
      },
    ],
  ),
  ...of(
    'shared/dynamo/transaction.ts',
    ['test/ledger/use-cases/faults.test.ts', conditions],
    [
      {
        breaks: 'that a conflict of transactions is read again',
        old: `    if (isConflict(error)) return { done: false, because: 'stale' };\n`,
        now: '',
      },
      {
        breaks: 'that throttling of one item is read again',
        old: `      case 'ThrottlingError':\n`,
        now: '',
      },
      {
        breaks: 'that a stale read outweighs a refusal',
        old: `return meanings.includes('stale') ? 'stale' : first;`,
        now: 'return first;',
        tests: [conditions],
      },
      {
        breaks: 'the error of a transaction that is not allowed',
        old: '      default:\n        throw error;',
        now: `      default:\n        return ['stale'];`,
      },
    ],
  ),
  ...of(
    'shared/dynamo/client.ts',
    [stores],
    [
      {
        breaks: 'that no request token hides a repeat',
        old: `request.body = text.replace(tokenMember, '');`,
        now: 'request.body = text;',
      },
    ],
  ),
  ...of(
    'shared/dynamo/meter.ts',
    [stores],
    [
      {
        breaks: 'the cost of writes that are refused',
        old: 'for (const [table, units] of refusedUnits(error, input)) add(table, 0, units);',
        now: '',
      },
    ],
  ),
  ...of(
    'shared/ledger/store/months.ts',
    [races, closing],
    [
      {
        breaks: 'the condition that the month is open, for a late award',
        old: `ConditionExpression: 'attribute_not_exists(pk)',`,
        now: `ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(pk)',`,
      },
      {
        breaks: 'all gates of a month but one',
        old: 'return Array.from({ length: gateCopies }, (_, copy) => ({',
        now: 'return Array.from({ length: 1 }, (_, copy) => ({',
        tests: [conditions],
      },
    ],
  ),
  ...of(
    'shared/ranking/store/ranking-months.ts',
    [conditions, closing],
    [
      {
        breaks: 'the condition that a month’s record has not moved',
        old: `              ConditionExpression: 'revision = :read',\n              ExpressionAttributeValues: { ':read': before.revision },\n            }),`,
        now: '            }),',
      },
      {
        breaks: 'the condition that a month’s first record is the first',
        old: `? { ConditionExpression: 'attribute_not_exists(pk)' }`,
        now: '? {}',
      },
      {
        breaks: 'that a version is written once',
        old: `        ConditionExpression: 'attribute_not_exists(pk)',\n`,
        now: '',
      },
    ],
  ),
  ...of(
    'shared/ranking/store/ranking-proofs.ts',
    [conditions],
    [
      {
        breaks: 'the condition that no other salt was forgotten meanwhile',
        old: `        ConditionExpression: 'salts = :read',\n        ExpressionAttributeValues: { ':read': before },\n`,
        now: '',
      },
      {
        breaks: 'the salts of all others: forgets those that follow, too',
        old: 'fill(0, index * saltBytes, (index + 1) * saltBytes)',
        now: 'fill(0, index * saltBytes)',
        tests: ['test/ranking/use-cases/proving.test.ts'],
      },
    ],
  ),
  ...of(
    'shared/reconcile/store/reconciliations.ts',
    [conditions],
    [
      {
        breaks: 'that of two who go on with a run one gives way',
        old: `              ConditionExpression: 'revision = :read',\n              ExpressionAttributeValues: { ':read': before.revision },\n            }),`,
        now: '            }),',
      },
      {
        breaks: 'that of two who begin a run one gives way',
        old: `? { ConditionExpression: 'attribute_not_exists(id)' }`,
        now: '? {}',
      },
    ],
  ),
  ...of(
    'shared/reconcile/store/run-sums.ts',
    ['test/reconcile/use-cases/reconcile-bounds.test.ts'],
    [
      {
        breaks: 'that sums are written where they do not count yet',
        old: 'const place = before[number] === 0 ? 1 : 0;',
        now: 'const place = 0;',
      },
      {
        breaks: 'that one who was overtaken writes over no sums',
        old: `      ConditionExpression: 'attribute_not_exists(id) OR revision <= :own',\n      ExpressionAttributeValues: { ':own': revision },\n`,
        now: '',
      },
    ],
  ),
  ...of(
    'shared/people/store/profiles.ts',
    [conditions],
    [
      {
        breaks: 'the condition that a profile has not moved',
        old: `? { ConditionExpression: 'revision = :read', ExpressionAttributeValues: { ':read': before.revision } }`,
        now: '? {}',
      },
      {
        breaks: 'that an event never writes over a registration',
        old: `: { ConditionExpression: 'attribute_not_exists(driverId)' }),`,
        now: ': {}),',
      },
    ],
  ),
  ...of(
    'shared/awards/store/rulebooks.ts',
    [conditions],
    [
      {
        breaks: 'that a rulebook never changes',
        old: `          ConditionExpression: 'attribute_not_exists(id)',\n`,
        now: '',
      },
    ],
  ),
  ...of(
    'shared/adjustments/store/adjustments.ts',
    [adjustments],
    [
      {
        breaks: 'that an adjustment takes two organizers',
        old: `state === 'approved' ? ' AND proposedBy <> :by' : ''`,
        now: `''`,
      },
      {
        breaks: 'that an adjustment is decided once',
        old: 'ConditionExpression: `#state = :proposed${bySomebodyElse}`,',
        now: 'ConditionExpression: `(#state = :proposed OR #state <> :proposed)${bySomebodyElse}`,',
      },
      {
        breaks: 'that a proposal is never written over',
        old: `        ConditionExpression: 'attribute_not_exists(adjustmentId)',\n`,
        now: '',
        tests: [conditions],
      },
    ],
  ),
  ...of(
    'shared/awards/store/attestations.ts',
    [conditions],
    [
      {
        breaks: 'that an attestation is not written over by a pending one',
        old: `        ConditionExpression: 'attribute_not_exists(entryId)',\n`,
        now: '',
      },
      {
        breaks: 'that an event is attested once',
        old: `'attribute_exists(entryId) AND attribute_not_exists(outcome)'`,
        now: `'attribute_exists(entryId)'`,
      },
      {
        breaks: 'that only what waits is attested',
        old: `'attribute_exists(entryId) AND attribute_not_exists(outcome)'`,
        now: `'attribute_not_exists(outcome)'`,
      },
    ],
  ),
  ...of(
    'shared/people/store/callers.ts',
    ['test/people/functions/issue-claims.test.ts', conditions],
    [
      {
        breaks: 'that a caller never changes sides, where two register it at once',
        old: `: { ConditionExpression: 'attribute_not_exists(callerId)' }),`,
        now: ': {}),',
      },
      {
        breaks: 'the condition that a caller is as it was read',
        old: `              ConditionExpression: 'enabled = :read',\n              ExpressionAttributeValues: { ':read': before.enabled },\n`,
        now: '',
        tests: [conditions],
      },
    ],
  ),
];
