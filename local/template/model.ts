/** The resources of all templates that the local runtime runs, with every reference resolved. */
export interface Model {
  tables: TableModel[];
  functions: Map<string, FunctionModel>;
  policies: PolicyModel[];
  queues: Map<string, QueueModel>;
  queueMappings: QueueMapping[];
  streamMappings: StreamMapping[];
  rules: RuleModel[];
  buses: Set<string>;
  schedules: ScheduleModel[];
  buckets: Set<string>;
  secrets: SecretModel[];
  api: ApiModel | undefined;
}

export interface TableModel {
  name: string;
  keySchema: unknown;
  attributeDefinitions: unknown;
  indexes: unknown[] | undefined;
  streamViewType: string | undefined;
}

/** Actions and resources of an IAM policy statement. `*` stands for any text. */
export interface Grant {
  actions: string[];
  resources: string[];
}

export interface PolicyModel {
  /** Names of the roles that the policy is attached to. */
  roles: string[];
  grants: Grant[];
}

export interface FunctionModel {
  name: string;
  arn: string;
  /** Name of the function's role. */
  role: string;
  s3Key: string;
  handler: string;
  environment: Record<string, string>;
  memoryMb: number;
  timeoutMs: number;
  /** Undefined if the function reserves no concurrency. */
  reservedConcurrency: number | undefined;
  /** Retries of asynchronous invocations after the first attempt. */
  asyncRetries: number;
  /** Queue for asynchronous events whose retries are exhausted. */
  asyncFailureQueue: string | undefined;
}

export interface QueueModel {
  name: string;
  arn: string;
  visibilityMs: number;
  delayMs: number;
  redrive: { queue: string; maxReceiveCount: number } | undefined;
}

interface MappingBase {
  /** `<stack>/<logical id>`. The stream position is stored under this id. */
  id: string;
  functionName: string;
  batchSize: number;
  windowMs: number;
  reportsItemFailures: boolean;
  filters: string[];
}

export interface QueueMapping extends MappingBase {
  queue: string;
  concurrency: number;
}

export interface StreamMapping extends MappingBase {
  table: string;
  streamArn: string;
  fromLatest: boolean;
  bisects: boolean;
  /** -1: unlimited. */
  maxRetries: number;
  failureQueue: string | undefined;
}

export type RuleTarget = { kind: 'queue' | 'function'; name: string; deadLetters: string | undefined };

export interface RuleModel {
  id: string;
  bus: string;
  pattern: unknown;
  targets: RuleTarget[];
}

export interface ScheduleModel {
  /**
   * The field `schedule` of the target's input, or else the physical name. Used in
   * `/_local/schedules/{name}`.
   */
  name: string;
  expression: string;
  timeZone: string;
  enabled: boolean;
  functionName: string;
  input: string;
  maxRetries: number;
  deadLetters: string | undefined;
}

export interface SecretModel {
  name: string;
  arn: string;
  /** Value from the template; undefined if it is generated. */
  fixed: string | undefined;
  generate: GenerateSecret | undefined;
}

export interface GenerateSecret {
  passwordLength: number;
  excludeCharacters: string;
  excludePunctuation: boolean;
  includeSpace: boolean;
  template: string | undefined;
  key: string | undefined;
}

export interface ApiModel {
  id: string;
  routes: RouteModel[];
  cors: CorsModel | undefined;
  throttles: ThrottleModel;
}

export interface RouteModel {
  routeKey: string;
  functionName: string;
  timeoutMs: number;
  authorizer: AuthorizerModel | undefined;
  scopes: string[];
}

export interface AuthorizerModel {
  issuer: string;
  audiences: string[];
  header: string;
}

export interface CorsModel {
  allowCredentials: boolean;
  allowHeaders: string[];
  allowMethods: string[];
  allowOrigins: string[];
  exposeHeaders: string[];
  maxAgeSeconds: number | undefined;
}

export type Throttle = { perSecond: number; burst: number };
export interface ThrottleModel {
  byDefault: Throttle | undefined;
  byRoute: Map<string, Throttle>;
}
