import { of } from '../mutation.ts';

const paging = 'test/dynamo/paging.test.ts';
const ofAll = 'test/dynamo/paging-of-all.test.ts';
const stores = 'test/ledger/store/stores.test.ts';
const faults = 'test/ledger/use-cases/faults.test.ts';

/** What is read is read to its end, consistently where a decision stands on it, and by the right index. */
export const storeReads = [
  ...of(
    'shared/dynamo/batch.ts',
    [stores],
    [
      {
        breaks: 'keys that were left unread',
        old: 'pending = (answer.UnprocessedKeys ?? {}) as typeof pending;',
        now: 'pending = {};',
        tests: [faults],
      },
      {
        breaks: 'that items are put again which the table was too busy for',
        old: 'if (attempt === attemptsMax || !isForAMoment(error)) throw error;',
        now: 'throw error;',
        tests: [ofAll],
      },
      {
        breaks: 'that reading gives up',
        old: `if (attempt > attemptsMax) throw new Error('the tables leave keys unread, again and again');`,
        now: 'if (attempt > attemptsMax) return found;',
      },
      {
        breaks: 'that writing gives up',
        old: 'if (attempt === attemptsMax || !isForAMoment(error)) throw error;',
        now: 'if (attempt === attemptsMax || !isForAMoment(error)) return;',
        tests: [ofAll],
      },
      {
        breaks: 'all keys but the first hundred',
        old: 'const chunks = chunked(keys, batchGetMax);',
        now: 'const chunks = chunked(keys.slice(0, batchGetMax), batchGetMax);',
      },
      {
        breaks: 'that writing ends where there is no more time',
        old: '      signal?.throwIfAborted();\n',
        now: '',
        tests: [ofAll],
      },
      {
        breaks: 'that a decision stands on a consistent read',
        old: '{ consistent = true } = {},',
        now: '{ consistent = false } = {},',
        tests: [faults],
      },
    ],
  ),
  ...of(
    'shared/ledger/store/entries.ts',
    [stores],
    [
      {
        breaks: 'the edge between two pages of a wallet: an entry comes twice',
        old: `'driverId = :driver AND seq < :below'`,
        now: `'driverId = :driver AND seq <= :below'`,
      },
      {
        breaks: 'the last page of a wallet',
        old: 'last && last.seq > 1 && answer.LastEvaluatedKey ? last.seq : null',
        now: 'last && last.seq > 2 && answer.LastEvaluatedKey ? last.seq : null',
        tests: [paging],
      },
      {
        breaks: 'all pages of a whole history but the first',
        old: 'below = page.nextBelowSeq;',
        now: 'below = null;',
        tests: [paging],
      },
      {
        breaks: 'that a history with a hole is none',
        old: 'return whole ? entries : null;',
        now: 'return entries;',
      },
      {
        breaks: 'that each number stands in a history once',
        old: 'entries.length === uptoSeq && entries.every((entry, index) => entry.seq === index + 1)',
        now: 'entries.length === uptoSeq',
      },
      {
        breaks: 'the edge between two pages that are checked at night',
        old: `'driverId = :driver AND seq > :after'`,
        now: `'driverId = :driver AND seq >= :after'`,
        tests: [paging],
      },
      {
        breaks: 'all pages but the first of what is checked at night',
        old: `nextAfterSeq: typeof lastSeq === 'number' ? lastSeq : null`,
        now: 'nextAfterSeq: null',
        tests: [paging],
      },
    ],
  ),
  ...of(
    'shared/dynamo/query.ts',
    [paging, ofAll],
    [
      {
        breaks: 'all pages but the first of what is read to its end',
        old: '  } while (start);',
        now: '  } while (false);',
      },
    ],
  ),
  ...of(
    'shared/ledger/store/accounts.ts',
    [ofAll],
    [
      {
        breaks: 'all shards but the first of accounts that may have lots to expire',
        old: 'for (let shard = 0; shard < standingShards; shard += 1) {',
        now: 'for (let shard = 0; shard < 1; shard += 1) {',
      },
    ],
  ),
  ...of(
    'shared/ranking/store/standings.ts',
    [ofAll],
    [
      {
        breaks: 'all shards but the first of the standings',
        old: 'return inLanes(standingShards, async shard',
        now: 'return inLanes(1, async shard',
      },
      {
        breaks: 'all pages but the first of the accounts, at the close',
        old: '      from = page.next;',
        now: '      from = null;',
      },
      {
        breaks: 'all segments but the first, at the close',
        old: 'return inLanes(segments, async number',
        now: 'return inLanes(1, async number',
      },
      {
        breaks: 'that the close reads the accounts consistently',
        old: `return scanAll(database, 'accounts', { consistent: true, attributes }`,
        now: `return scanAll(database, 'accounts', { consistent: false, attributes }`,
      },
    ],
  ),
  ...of(
    'shared/redemptions/store/driver-redemptions.ts',
    [paging],
    [
      {
        breaks: 'where a driver’s list goes on',
        old: '      ...(after ? { ExclusiveStartKey: { driverId, ...after } } : {}),\n',
        now: '',
      },
    ],
  ),
  ...of(
    'shared/statements/store/statement-lines.ts',
    [paging],
    [
      {
        breaks: 'the index: returns stand where confirmations ought to',
        old: `partition: 'returnedKey', sort: 'returnedAt'`,
        now: `partition: 'confirmedKey', sort: 'confirmedAt'`,
        tests: ['test/reconcile/use-cases/reconcile-redemptions.test.ts', 'test/e2e/redemptions.test.ts'],
      },
    ],
  ),
  ...of(
    'shared/awards/store/conflicts.ts',
    [paging],
    [
      {
        breaks: 'that the same other content is one conflict',
        old: 'Item: { entryId, fingerprint, receivedAt },',
        now: 'Item: { entryId, fingerprint: fingerprint + Math.random(), receivedAt },',
        tests: [stores],
      },
    ],
  ),
  ...of(
    'shared/awards/store/attestations.ts',
    [paging],
    [
      {
        breaks: 'all pages but the first of what is forgotten of an attestation',
        old: '  } while (after !== undefined);',
        now: '  } while (false);',
      },
      {
        breaks: 'what is due at this very instant',
        old: `'dueShard = :shard AND dueAt <= :now'`,
        now: `'dueShard = :shard AND dueAt < :now'`,
        tests: ['test/awards/use-cases/attestation.test.ts'],
      },
    ],
  ),
  ...of(
    'shared/awards/store/evidence.ts',
    [paging],
    [
      {
        breaks: 'all but the first of the proofs that are forgotten',
        old: '  for (;;) {\n    const { evidence }',
        now: '  for (let round = 0; round < 1; round += 1) {\n    const { evidence }',
      },
    ],
  ),
  ...of(
    'shared/awards/store/rulebooks.ts',
    [ofAll],
    [
      {
        breaks: 'all rulebooks but the first page',
        old: '    if (!more) return all;',
        now: '    return all;',
      },
    ],
  ),
  ...of(
    'shared/ranking/store/ranking-months.ts',
    [ofAll],
    [
      {
        breaks: 'all pages but the first of the versions that are checked at night',
        old: '    from = page.next;',
        now: '    from = null;',
      },
    ],
  ),
  ...of(
    'shared/awards/store/rulebook-cache.ts',
    [stores],
    [
      {
        breaks: 'how long a slow store may take',
        old: 'occurred < cached.readAt + rulebookLeadMs - storingMsMax',
        now: 'occurred < cached.readAt + rulebookLeadMs',
      },
      {
        breaks: 'that a clock which is set empties the cache',
        old: 'steppedMs < clockStepMs && occurred',
        now: 'occurred',
      },
    ],
  ),
  ...of(
    'shared/ranking/store/board-reader.ts',
    ['test/ranking/use-cases/reading.test.ts', 'test/ranking/functions/http.test.ts'],
    [
      {
        breaks: 'that a superseded build is never shown',
        old: 'const wasRight = build === hoped;',
        now: 'const wasRight = hoped !== null;',
      },
      {
        breaks: 'that a page begins where it is asked for',
        old: '.filter(({ place }) => place >= from && place < from + limit);',
        now: '.filter(({ place }) => place < from + limit);',
      },
    ],
  ),
];
