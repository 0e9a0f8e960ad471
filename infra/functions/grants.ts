import { type TableName, type tables, tableVariable } from '../../shared/dynamo/tables.ts';
import type { RunbookSection } from '../constructs/alarm.ts';

/** A resource that a permission is for. Only the stacks know its ARN, its name and its URL. */
export type ResourceName =
  | `${TableName}-table`
  | 'bus'
  | 'code-keys'
  | 'entry-archive'
  | 'award-queue'
  | 'award-dead-letters'
  | 'undelivered-events';

/** A value that is no resource, but differs between deployments. */
export type SettingName = 'token-issuer' | 'token-audience' | 'adjustment-points-max';

/** One AWS action on one resource, or on one index of a table. */
export interface Permission {
  readonly action: string;
  readonly on: ResourceName;
  readonly index?: string;
}

/**
 * One thing that a function may do, with everything that comes with it. The stack applies each grant of a
 * spec, and test/infra/grants.test.ts expects in the template the permissions and variables of these grants
 * and no others.
 */
export interface Grant {
  readonly permissions: readonly Permission[];
  /** Environment variables. The value is a setting, or the name or URL of a resource. */
  readonly variables: Readonly<Record<string, ResourceName | SettingName>>;
  /** The metric that the function counts when it is refused, and the runbook section of the alarm on it. */
  readonly alarmOn?: { readonly metric: string; readonly runbook: RunbookSection };
}

/** Publishes events on the bus. The bus itself denies this to every role without this grant. */
export const publishesToBus: Grant = {
  permissions: [{ action: 'events:PutEvents', on: 'bus' }],
  variables: { BUS_NAME: 'bus' },
  alarmOn: { metric: 'BusPutsFailed', runbook: 'bus-refuses' },
};

/**
 * Verifies tokens in its own code, because its routes are public and API Gateway lets requests through
 * unchecked.
 */
export const verifiesTokens: Grant = {
  permissions: [],
  variables: { TOKEN_ISSUER: 'token-issuer', TOKEN_AUDIENCE: 'token-audience' },
};

/** Reads the secret from which redemption codes are derived: to make a code or to look one up. */
export const readsCodeKeys: Grant = {
  permissions: [{ action: 'secretsmanager:GetSecretValue', on: 'code-keys' }],
  variables: { CODE_KEYS_SECRET_ARN: 'code-keys' },
};

/** Adds objects to the locked archive of entries. It can neither read nor delete them. */
export const appendsToArchive: Grant = {
  permissions: [{ action: 's3:PutObject', on: 'entry-archive' }],
  variables: { ARCHIVE_BUCKET: 'entry-archive' },
};

/** Knows how many points one adjustment may move. */
export const knowsAdjustmentLimit: Grant = {
  permissions: [],
  variables: { ADJUSTMENT_POINTS_MAX: 'adjustment-points-max' },
};

/**
 * Counts the accepted events that still wait: in the award queue and in the dead letters before and behind
 * it.
 */
export const seesAwardQueue: Grant = {
  permissions: [
    { action: 'sqs:GetQueueAttributes', on: 'award-queue' },
    { action: 'sqs:GetQueueAttributes', on: 'award-dead-letters' },
    { action: 'sqs:GetQueueAttributes', on: 'undelivered-events' },
  ],
  variables: {
    AWARD_QUEUE_URL: 'award-queue',
    AWARD_DEAD_LETTERS_URL: 'award-dead-letters',
    RECEIVED_DEAD_LETTERS_URL: 'undelivered-events',
  },
};

/** Puts the failed events of a message back into the award queue, one message each. */
export const requeuesEvents: Grant = {
  permissions: [{ action: 'sqs:SendMessage', on: 'award-queue' }],
  variables: { AWARD_QUEUE_URL: 'award-queue' },
};

const tableActions = {
  get: 'dynamodb:GetItem',
  batchGet: 'dynamodb:BatchGetItem',
  put: 'dynamodb:PutItem',
  update: 'dynamodb:UpdateItem',
  delete: 'dynamodb:DeleteItem',
  check: 'dynamodb:ConditionCheckItem',
  query: 'dynamodb:Query',
  scan: 'dynamodb:Scan',
} as const;

type IndexOf<Table extends TableName> = keyof (typeof tables)[Table]['indexes'] & string;

/** One action on a table, or `query:<index>` on one of its indexes. */
export type Access<Table extends TableName = TableName> =
  | keyof typeof tableActions
  | `query:${IndexOf<Table>}`
  | `scan:${IndexOf<Table>}`;

/** Grants these actions on a table, and sets the variable with the table's name. */
export function on<Table extends TableName>(table: Table, ...accesses: readonly Access<Table>[]): Grant {
  return {
    permissions: accesses.map(access => {
      const [word, index] = access.split(':') as [keyof typeof tableActions, string?];
      return { action: tableActions[word], on: `${table}-table`, ...(index ? { index } : {}) };
    }),
    variables: { [tableVariable(table)]: `${table}-table` },
  };
}

/** Joins grants that always go together. */
function together(...grants: readonly Grant[]): Grant {
  return {
    permissions: grants.flatMap(({ permissions }) => permissions),
    variables: Object.assign({}, ...grants.map(({ variables }) => variables)),
  };
}

/**
 * Changes points: appends an entry to the ledger and folds it into the driver's account, in one transaction.
 */
export const changesAccounts = together(on('ledger', 'batchGet', 'put'), on('accounts', 'batchGet', 'put'));

/** Expires overdue reservations first, because the points they held can pay for a reversal or a debt. */
export const settlesOverdueHolds = together(
  on('rewards', 'update'),
  on('redemptions', 'get', 'update', 'query:due'),
);

/** Reads everything that a ranking version is made of, and writes the version. */
export const makesVersions = together(
  on('accounts', 'scan'),
  on('profiles', 'scan'),
  on('ledger', 'query:byDriver'),
  on('rankings', 'get', 'put'),
  on('rankingBlocks', 'put'),
);

/** Adds to the list of what organizers changed. No function may change or delete what is in it. */
export const writesAudit = on('audit', 'put');

/** The actions that these grants allow on a table or on its indexes: `dynamodb:PutItem`, … */
export function actionsOn(table: TableName, grants: readonly Grant[]): string[] {
  return grants.flatMap(({ permissions }) =>
    permissions.filter(({ on }) => on === `${table}-table`).map(({ action }) => action),
  );
}
