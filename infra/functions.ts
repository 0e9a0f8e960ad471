import type { TableName } from '../shared/dynamo/tables.ts';
import type { Config } from './config.ts';

/** What a function may do with a table; each word is one action on the table, or on the index that follows it. */
export type Access =
  | 'get'
  | 'batchGet'
  | 'put'
  | 'update'
  | 'delete'
  | 'check'
  | 'query'
  | 'scan'
  | `query:${string}`
  | `scan:${string}`;

export interface FunctionSpec {
  /** What it is for, in a sentence that an operator can read. */
  readonly purpose: string;
  /** What people notice when it fails: the first thing that its alarms say. */
  readonly ifItFails: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly tables: Partial<Record<TableName, readonly Access[]>>;
  /** The metric of what it refuses by failing, for its caller takes no other answer: such errors are no alarm. */
  readonly refusesAs?: string;
  /** May put events on the bus. */
  readonly bus?: true;
  /** Verifies tokens itself, for its routes may be called without one. */
  readonly tokens?: true;
  /** Makes codes or reads them: may read the secret that they are derived from. */
  readonly codeKeys?: true;
  /** May add objects to the archive of entries; never replace or delete one. */
  readonly archive?: true;
  /** Is told how many points one adjustment may move. */
  readonly adjustmentLimit?: true;
  /** May ask how many messages the award queue and its dead letters hold. */
  readonly seesAwardQueue?: true;
  /** Runs by the clock of Asia/Shanghai: EventBridge Scheduler's `cron(…)` or `rate(…)`. Named like the function. */
  readonly schedule?: string | ((config: Config) => string);
  /** A second schedule, `<name>-continue`, that goes on with what one run leaves unfinished. */
  readonly continues?: string;
}

const http = { memoryMb: 512, timeoutSeconds: 10 } as const;
/** What a version is made from, and where it is put. */
const makesVersions = {
  accounts: ['scan'],
  profiles: ['scan'],
  ledger: ['query:byDriver'],
  rankings: ['get', 'put'],
  rankingBlocks: ['batchGet', 'put'],
} as const;
const changesAccounts = { ledger: ['batchGet', 'put'], accounts: ['batchGet', 'put'] } as const;
/** Gives overdue reservations back first, for what they held is what there is to take from or to pay a debt with. */
const settlesOverdue = { rewards: ['update'], redemptions: ['get', 'update', 'query:due'] } as const;

/**
 * Every function of the platform and exactly what it is granted. Which routes it serves stands in the contracts; its
 * code is functions/<name>.ts.
 */
export const functionSpecs = {
  'receive-events': {
    ...http,
    purpose: 'Takes volunteer events in',
    ifItFails: "Platforms' events are not taken in; they send them again, and drivers' points come late.",
    tables: {},
    bus: true,
  },
  receipts: {
    ...http,
    purpose: 'Says what an event earned',
    ifItFails: 'Platforms cannot see what their events earned; the points themselves are not touched.',
    tables: { ledger: ['batchGet'], conflicts: ['query'] },
  },
  'reverse-award': {
    ...http,
    purpose: 'Takes an award back',
    ifItFails: 'Wrong awards cannot be taken back for now.',
    tables: { ...changesAccounts, ...settlesOverdue, conflicts: ['query'], audit: ['put'] },
  },
  'attest-event': {
    ...http,
    purpose: 'Says whether a pending event took place',
    ifItFails: 'Stations cannot attest events, and drivers wait for those points; there are 14 days for it.',
    tables: {
      ...changesAccounts,
      ...settlesOverdue,
      ledger: ['batchGet', 'put', 'query:byDriver'],
      attestations: ['query', 'update'],
      profiles: ['get'],
      program: ['query'],
      rankings: ['batchGet', 'check'],
      conflicts: ['query'],
      audit: ['put'],
    },
  },
  'lapse-attestations': {
    memoryMb: 512,
    timeoutSeconds: 300,
    purpose: 'Declines events that nobody attested in time',
    ifItFails:
      'Events that nobody attested stay pending in the books; receipts show them declined all the same.',
    tables: { ...changesAccounts, attestations: ['query:due', 'update'] },
    schedule: 'rate(1 hour)',
  },
  'manage-program': {
    ...http,
    purpose: 'Stores what organizers set up',
    ifItFails: 'Organizers cannot change rules, merchants or rewards.',
    tables: {
      ...changesAccounts,
      ...settlesOverdue,
      program: ['get', 'batchGet', 'put', 'query'],
      rewards: ['batchGet', 'update'],
      stockAdjustments: ['get', 'put'],
      audit: ['put'],
    },
  },
  drivers: {
    ...http,
    purpose: 'Registers drivers',
    ifItFails: 'Drivers cannot be registered, and consent to be named cannot be given or withdrawn.',
    tables: { profiles: ['get', 'put'], audit: ['put'] },
  },
  wallet: {
    ...http,
    purpose: 'Shows drivers their points',
    ifItFails: 'Drivers cannot see their points; the points themselves are not touched.',
    tables: {
      accounts: ['get'],
      profiles: ['get'],
      ledger: ['query:byDriver'],
      redemptions: ['get', 'batchGet', 'query:byDriver', 'query:due'],
    },
  },
  'erase-driver': {
    ...http,
    timeoutSeconds: 29,
    purpose: 'Forgets who a driver is',
    ifItFails: 'Drivers who ask for it cannot be erased for now.',
    tables: {
      profiles: ['get', 'put'],
      evidence: ['query', 'delete'],
      attestations: ['query', 'update'],
      callers: ['query:byHolder', 'delete'],
      redemptions: ['query:byDriver', 'update'],
      accounts: ['get'],
      ledger: ['query:byDriver'],
      rankings: ['get', 'batchGet'],
      rankingBlocks: ['batchGet', 'put'],
      audit: ['put'],
    },
  },
  'export-driver': {
    ...http,
    purpose: 'Gives drivers all that is held on them',
    ifItFails: 'Drivers cannot be given what is held on them.',
    tables: {
      profiles: ['get'],
      accounts: ['get'],
      ledger: ['query:byDriver'],
      evidence: ['query'],
      attestations: ['query'],
      redemptions: ['query:byDriver', 'batchGet'],
      callers: ['query:byHolder'],
      audit: ['put'],
    },
  },
  adjustments: {
    ...http,
    purpose: 'Gives and takes points by the hand of two organizers',
    ifItFails: 'Organizers cannot correct points by hand.',
    tables: {
      ...changesAccounts,
      ...settlesOverdue,
      profiles: ['get'],
      adjustments: ['get', 'put', 'update', 'query:byMonth'],
      audit: ['put'],
    },
    adjustmentLimit: true,
  },
  callers: {
    ...http,
    purpose: 'Registers who may call',
    ifItFails: 'New platforms and merchants cannot be let in, and none can be shut out.',
    tables: { callers: ['get', 'put', 'query:byHolder'], profiles: ['check'], audit: ['put'] },
  },
  'audit-list': {
    ...http,
    purpose: 'Shows what organizers changed',
    ifItFails: 'Organizers cannot see who changed what; changes are recorded all the same.',
    tables: { audit: ['query'] },
  },
  openapi: {
    ...http,
    purpose: 'Describes the API',
    ifItFails: 'The description of the API cannot be read.',
    tables: {},
  },
  rewards: {
    ...http,
    purpose: 'Shows what points buy',
    ifItFails: 'Drivers cannot see the rewards; what is reserved is not touched.',
    tables: { program: ['get', 'query'], rewards: ['batchGet'], redemptions: ['query:due'] },
  },
  redemptions: {
    ...http,
    purpose: 'Reserves rewards, and takes reservations and goods back',
    ifItFails: 'Drivers cannot redeem their points, nor cancel; the points themselves are not touched.',
    tables: {
      ...changesAccounts,
      program: ['get'],
      rewards: ['update', 'check'],
      redemptions: ['get', 'batchGet', 'put', 'update', 'query:byDriver', 'query:due'],
    },
    codeKeys: true,
  },
  'confirm-redemptions': {
    ...http,
    purpose: 'Confirms codes at the till',
    ifItFails: 'Shops and stations cannot hand over what drivers have reserved.',
    tables: { redemptions: ['update'], attempts: ['get', 'update'] },
    codeKeys: true,
  },
  statements: {
    ...http,
    // A whole processor: to read the largest month takes some ten seconds of it.
    memoryMb: 1769,
    timeoutSeconds: 29,
    purpose: "Adds up a merchant's month",
    ifItFails: 'Merchants cannot see what they are owed; what they confirmed is not touched.',
    tables: { program: ['get'], redemptions: ['batchGet', 'query:confirmations', 'query:returns'] },
  },
  'expire-redemptions': {
    memoryMb: 512,
    timeoutSeconds: 240,
    purpose: 'Gives overdue reservations back',
    ifItFails:
      'Overdue reservations keep stock from others for longer; drivers see their points all the same.',
    tables: { ...changesAccounts, ...settlesOverdue },
    schedule: 'rate(5 minutes)',
  },
  'expire-points': {
    memoryMb: 512,
    timeoutSeconds: 900,
    purpose: 'Writes down which points have expired',
    ifItFails: 'Expired points stay in the books; nobody can spend them all the same.',
    tables: {
      ledger: ['put'],
      accounts: ['get', 'batchGet', 'put', 'update', 'query:standings'],
    },
    schedule: 'cron(10 0 * * ? *)',
  },
  'publish-redemptions': {
    memoryMb: 256,
    timeoutSeconds: 30,
    purpose: 'Tells the bus what became of redemptions',
    ifItFails: 'Others learn late of reservations, confirmations and returns; nothing is lost.',
    tables: {},
    bus: true,
  },
  'award-points': {
    memoryMb: 1024,
    timeoutSeconds: 60,
    purpose: 'Turns volunteer events into entries',
    ifItFails: 'Drivers wait for their points. Nothing is lost: events stay in the queue for 14 days.',
    tables: {
      ...settlesOverdue,
      ledger: ['batchGet', 'put', 'query:byDriver'],
      accounts: ['batchGet', 'put'],
      profiles: ['get', 'put'],
      program: ['query'],
      rankings: ['batchGet', 'check'],
      conflicts: ['put'],
      evidence: ['put', 'query', 'delete'],
      attestations: ['put'],
    },
  },
  reconcile: {
    memoryMb: 1024,
    timeoutSeconds: 900,
    purpose: 'Checks all books against each other each night',
    ifItFails:
      'Nobody knows whether the books agree: a mistake in points, stock or rankings would go unseen.',
    tables: {
      accounts: ['scan', 'get'],
      ledger: ['scan', 'query:byDriver', 'batchGet'],
      rewards: ['scan'],
      stockAdjustments: ['query'],
      redemptions: ['scan', 'get'],
      rankings: ['scan', 'batchGet', 'get'],
      rankingBlocks: ['batchGet'],
      reconciliations: ['get', 'put'],
    },
    schedule: 'cron(30 3 * * ? *)',
    continues: 'cron(10,30,50 4-7 * * ? *)',
  },
  reconciliations: {
    ...http,
    purpose: 'Shows what the checks have found',
    ifItFails: 'Organizers cannot see what the nightly check has found; it is in the logs.',
    tables: { reconciliations: ['query'] },
  },
  rankings: {
    ...http,
    timeoutSeconds: 29,
    purpose: 'Shows rankings, proves and prints them',
    ifItFails: 'Drivers and visitors cannot see the rankings.',
    tables: {
      rankings: ['get', 'batchGet', 'query'],
      rankingBlocks: ['batchGet'],
      profiles: ['batchGet'],
      ledger: ['query:byDriver'],
    },
    tokens: true,
  },
  'manage-rankings': {
    memoryMb: 3008,
    timeoutSeconds: 29,
    purpose: 'Closes, publishes and corrects rankings',
    ifItFails: 'Organizers cannot close, publish or correct a month.',
    tables: { ...makesVersions, profiles: ['scan', 'batchGet'], audit: ['put'] },
    seesAwardQueue: true,
  },
  'close-month': {
    memoryMb: 3008,
    timeoutSeconds: 900,
    purpose: 'Closes the month before, from the 3rd on',
    ifItFails: 'The month is not closed in time, and its best drivers are announced later.',
    // A first version is compared with none.
    tables: { ...makesVersions, rankingBlocks: ['put'] },
    seesAwardQueue: true,
    schedule: 'cron(0 2-23 3-31 * ? *)',
  },
  'refresh-rankings': {
    memoryMb: 3008,
    timeoutSeconds: 900,
    purpose: 'Brings the rankings of open months up to date',
    ifItFails: 'Drivers see a ranking that is out of date.',
    tables: {
      ...makesVersions,
      accounts: ['query:standings', 'scan'],
      rankings: ['get', 'batchGet', 'put'],
    },
    schedule: ({ rankingRefreshMinutes: minutes }) => `rate(${minutes} minute${minutes === 1 ? '' : 's'})`,
  },
  'publish-rankings': {
    memoryMb: 256,
    timeoutSeconds: 30,
    purpose: 'Tells the bus of closed, published and corrected rankings',
    ifItFails: 'Other systems do not learn of closed and published rankings until it works again.',
    tables: {},
    bus: true,
  },
  'publish-entries': {
    memoryMb: 256,
    timeoutSeconds: 30,
    purpose: 'Tells the bus what changed in the ledger',
    ifItFails: 'Other systems do not learn of awarded points until it works again.',
    tables: {},
    bus: true,
  },
  'archive-entries': {
    memoryMb: 256,
    timeoutSeconds: 60,
    purpose: 'Copies every entry where nobody can overwrite it',
    ifItFails:
      'New entries are not copied to the locked archive; after 24 hours they would be missing there.',
    tables: {},
    archive: true,
  },
} as const satisfies Record<string, FunctionSpec>;

export type FunctionName = keyof typeof functionSpecs;

/** Where there is a user pool of our own: what stands between it and its tokens. */
export const identityFunctionSpecs = {
  'issue-claims': {
    memoryMb: 512,
    timeoutSeconds: 5, // the pool waits no longer
    purpose: 'Says for whom a token is',
    ifItFails: 'Nobody gets a new token: platforms, merchants and drivers cannot sign in.',
    tables: { callers: ['get'] },
    refusesAs: 'TokensRefused',
  },
} as const satisfies Record<string, FunctionSpec>;
