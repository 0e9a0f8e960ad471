/**
 * The shapes of the tables: what CDK makes, what the tests make, and what the stores say. One table for each thing
 * that lives and dies on its own, so that a function is granted only what it needs.
 */
export interface IndexShape {
  readonly partition: string;
  readonly sort?: { readonly name: string; readonly type: 'S' | 'N' };
  /** Attributes besides the keys; `all` copies the item. */
  readonly projects: readonly string[] | 'all';
}

export interface TableShape {
  readonly partition: string;
  readonly sort?: { readonly name: string; readonly type: 'S' | 'N' };
  readonly indexes: Readonly<Record<string, IndexShape>>;
  /** Whether its changes are published. */
  readonly stream: boolean;
  /** Attribute with the epoch second at which AWS may drop the item. Tidies only: no rule hangs on it. */
  readonly expiresAtAttribute?: string;
}

export const tables = {
  /** Every fact that changed, or failed to change, somebody's points. Put only, never updated, never deleted. */
  ledger: {
    partition: 'entryId',
    indexes: { byDriver: { partition: 'driverId', sort: { name: 'seq', type: 'N' }, projects: 'all' } },
    stream: true,
  },
  /** One item a driver: the fold of the driver's entries. */
  accounts: {
    partition: 'driverId',
    indexes: {
      /** Compact: what the ranking reads each minute, and, by its sort key, which accounts may have lots to expire. */
      standings: { partition: 'shard', sort: { name: 'sweepKey', type: 'S' }, projects: ['standings'] },
    },
    stream: false,
  },
  /** Who a driver is; apart from the points, so that it can be erased. */
  profiles: { partition: 'driverId', indexes: {}, stream: false },
  /** Rulebooks, merchants, month states' registry and whatever else organizers set up: small, read often. */
  program: {
    partition: 'kind',
    sort: { name: 'id', type: 'S' },
    indexes: {},
    stream: false,
  },
  /** Known events that came again with other content: one item for each other content. */
  conflicts: { partition: 'entryId', sort: { name: 'fingerprint', type: 'S' }, indexes: {}, stream: false },
  /** What a platform sent as proof of service, with its place: apart from the ledger, and not kept for ever. */
  evidence: {
    partition: 'driverId',
    sort: { name: 'proofId', type: 'S' },
    indexes: {},
    stream: false,
    expiresAtAttribute: 'dropAt',
  },
  /** Terms with a version, and stock. */
  rewards: { partition: 'rewardId', indexes: {}, stream: false },
  /** Stock adjustments by their request number. */
  stockAdjustments: {
    partition: 'rewardId',
    sort: { name: 'requestNo', type: 'S' },
    indexes: {},
    stream: false,
  },
  /** One item a redemption: its state machine. */
  redemptions: {
    partition: 'redemptionId',
    indexes: {
      byDriver: { partition: 'driverId', sort: { name: 'reservedAt', type: 'S' }, projects: [] },
      /** Sparse: only what is reserved. */
      due: { partition: 'dueShard', sort: { name: 'dueAt', type: 'S' }, projects: [] },
      /** Sparse: a merchant's month, by confirmation and by return; one redemption may stand in both. */
      confirmations: { partition: 'confirmedKey', sort: { name: 'confirmedAt', type: 'S' }, projects: [] },
      returns: { partition: 'returnedKey', sort: { name: 'returnedAt', type: 'S' }, projects: [] },
    },
    stream: true,
  },
  /** How many unknown codes a merchant has tried lately. */
  attempts: { partition: 'merchantId', indexes: {}, stream: false, expiresAtAttribute: 'dropAt' },
  /** How far each month's ranking has come, what its versions are, and the gates that hold late awards back. */
  rankings: { partition: 'pk', sort: { name: 'sk', type: 'S' }, indexes: {}, stream: true },
  /** The rows of rankings, packed. Those of a version are kept for good; those of an open month are soon superseded. */
  rankingBlocks: { partition: 'blockId', indexes: {}, stream: false, expiresAtAttribute: 'dropAt' },
  /** Runs of the nightly check: how far the current one has come, and what each has found. */
  reconciliations: { partition: 'kind', sort: { name: 'id', type: 'S' }, indexes: {}, stream: false },
  /** Events that wait for somebody's word, and what was said: apart from the ledger, for it may name people. */
  attestations: {
    partition: 'driverId',
    sort: { name: 'entryId', type: 'S' },
    /** Sparse: only what is pending. */
    indexes: { due: { partition: 'dueShard', sort: { name: 'dueAt', type: 'S' }, projects: [] } },
    stream: false,
  },
  /** For whom a client or a person may act: read before a token is signed. */
  callers: {
    partition: 'callerId',
    indexes: { byHolder: { partition: 'role', sort: { name: 'holder', type: 'S' }, projects: 'all' } },
    stream: false,
  },
  /** Points by hand: proposed by one organizer, decided by another. */
  adjustments: {
    partition: 'adjustmentId',
    indexes: {
      byMonth: { partition: 'month', sort: { name: 'timeAndId', type: 'S' }, projects: 'all' },
    },
    stream: false,
  },
  /** What organizers changed. Put only: nobody may update or delete what stands here. Nothing personal. */
  audit: { partition: 'month', sort: { name: 'timeAndId', type: 'S' }, indexes: {}, stream: false },
} as const satisfies Record<string, TableShape>;

export type TableName = keyof typeof tables;

/** The environment variable in which a function finds a table's name. */
export function tableVariable(table: TableName): string {
  return `${table.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}_TABLE`;
}
