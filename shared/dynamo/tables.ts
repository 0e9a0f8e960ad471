/**
 * The shapes of the tables. CDK and the tests create them from here, and the stores use the same names. Data with its
 * own lifecycle has its own table, so that a function is granted only what it needs.
 */
export interface IndexShape {
  readonly partition: string;
  readonly sort?: { readonly name: string; readonly type: 'S' | 'N' };
  /** Projected attributes in addition to the keys; `all` copies the whole item. */
  readonly projects: readonly string[] | 'all';
}

export interface TableShape {
  readonly partition: string;
  readonly sort?: { readonly name: string; readonly type: 'S' | 'N' };
  readonly indexes: Readonly<Record<string, IndexShape>>;
  /** Whether the table has a change stream. */
  readonly stream: boolean;
  /** The TTL attribute, in epoch seconds. It only cleans up; no rule depends on it. */
  readonly expiresAtAttribute?: string;
}

export const tables = {
  /** One item for each fact that changed, or could have changed, a driver's points. Put only: never updated or deleted. */
  ledger: {
    partition: 'entryId',
    indexes: { byDriver: { partition: 'driverId', sort: { name: 'seq', type: 'N' }, projects: 'all' } },
    stream: true,
  },
  /** One item for each driver: the fold of the driver's entries. */
  accounts: {
    partition: 'driverId',
    indexes: {
      /** Compact, because the ranking reads it each minute. Its sort key lists accounts that may have lots to expire. */
      standings: { partition: 'shard', sort: { name: 'sweepKey', type: 'S' }, projects: ['standings'] },
    },
    stream: false,
  },
  /** Personal data of drivers, apart from the points so that it can be erased. */
  profiles: { partition: 'driverId', indexes: {}, stream: false },
  /** What organizers set up: rulebooks, merchants, reward terms. Small, and read often. */
  program: {
    partition: 'kind',
    sort: { name: 'id', type: 'S' },
    indexes: {},
    stream: false,
  },
  /** Known events that arrived again with other content: one item for each content. */
  conflicts: { partition: 'entryId', sort: { name: 'fingerprint', type: 'S' }, indexes: {}, stream: false },
  /** Evidence that platforms sent, with its place. Apart from the ledger, because it is deleted after some months. */
  evidence: {
    partition: 'driverId',
    sort: { name: 'proofId', type: 'S' },
    indexes: {},
    stream: false,
    expiresAtAttribute: 'dropAt',
  },
  /** The version in force and the stock of each reward. */
  rewards: { partition: 'rewardId', indexes: {}, stream: false },
  /** Stock adjustments by their request number. */
  stockAdjustments: {
    partition: 'rewardId',
    sort: { name: 'requestNo', type: 'S' },
    indexes: {},
    stream: false,
  },
  /** One item for each redemption, with the state of its state machine. */
  redemptions: {
    partition: 'redemptionId',
    indexes: {
      byDriver: { partition: 'driverId', sort: { name: 'reservedAt', type: 'S' }, projects: [] },
      /** Sparse: only reserved redemptions. */
      due: { partition: 'dueShard', sort: { name: 'dueAt', type: 'S' }, projects: [] },
      /** Sparse: a merchant's month by confirmation, and by return. A returned redemption is in both. */
      confirmations: { partition: 'confirmedKey', sort: { name: 'confirmedAt', type: 'S' }, projects: [] },
      returns: { partition: 'returnedKey', sort: { name: 'returnedAt', type: 'S' }, projects: [] },
    },
    stream: true,
  },
  /** The unknown codes that each merchant tried recently. */
  attempts: { partition: 'merchantId', indexes: {}, stream: false, expiresAtAttribute: 'dropAt' },
  /** The state of each month's ranking, its versions, and the gates that late awards check. */
  rankings: { partition: 'pk', sort: { name: 'sk', type: 'S' }, indexes: {}, stream: true },
  /** Packed rows of rankings. Rows of a version stay for ever; rows of an open month are soon replaced. */
  rankingBlocks: { partition: 'blockId', indexes: {}, stream: false, expiresAtAttribute: 'dropAt' },
  /** Runs of the nightly reconcile: the progress of the current one, and the results of all. */
  reconciliations: { partition: 'kind', sort: { name: 'id', type: 'S' }, indexes: {}, stream: false },
  /** Pending events and their attestations. Apart from the ledger, because a note may name people. */
  attestations: {
    partition: 'driverId',
    sort: { name: 'entryId', type: 'S' },
    /** Sparse: only pending events. */
    indexes: { due: { partition: 'dueShard', sort: { name: 'dueAt', type: 'S' }, projects: [] } },
    stream: false,
  },
  /** Whom each client or person may act for. Read before a token is signed. */
  callers: {
    partition: 'callerId',
    indexes: { byHolder: { partition: 'role', sort: { name: 'holder', type: 'S' }, projects: 'all' } },
    stream: false,
  },
  /** Manual adjustments: proposed by one organizer, decided by another. */
  adjustments: {
    partition: 'adjustmentId',
    indexes: {
      byMonth: { partition: 'month', sort: { name: 'timeAndId', type: 'S' }, projects: 'all' },
    },
    stream: false,
  },
  /** Changes that organizers made. Put only: never updated or deleted. No personal data. */
  audit: { partition: 'month', sort: { name: 'timeAndId', type: 'S' }, indexes: {}, stream: false },
} as const satisfies Record<string, TableShape>;

export type TableName = keyof typeof tables;

/** The environment variable that gives a function the table's name. */
export function tableVariable(table: TableName): string {
  return `${table.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}_TABLE`;
}
