import { join, resolve } from 'node:path';
import type { LocalAssembly } from '../infra/assembly.ts';
import { AwsEndpoint } from './aws/endpoint.ts';
import { createEventBridge } from './aws/event-bridge.ts';
import { createS3 } from './aws/s3.ts';
import { createSecretsManager } from './aws/secrets.ts';
import { createSqs } from './aws/sqs.ts';
import { temporaryFolder } from './common/temporary-folder.ts';
import { connectEvents, type Events } from './events/connect-events.ts';
import { Gateway } from './http/gateway.ts';
import { Issuer } from './http/issuer.ts';
import { answerLocalCall } from './http/local-calls.ts';
import { problem } from './http/problem.ts';
import { PublicServer } from './http/server.ts';
import type { Access } from './permissions/accesses.ts';
import { Permissions } from './permissions/permissions.ts';
import { startTableProxy } from './permissions/table-proxy.ts';
import { Scheduler } from './schedules/scheduler.ts';
import { type Clock, createClock } from './state/clock.ts';
import { openState, type State } from './state/state.ts';
import { createTables } from './tables/create-tables.ts';
import { startEngine } from './tables/engine.ts';
import { openStreams } from './tables/open-streams.ts';
import type { Model } from './template/model.ts';
import { readModel } from './template/read-model.ts';
import type { FunctionHooks } from './workers/function-hooks.ts';
import { Metrics } from './workers/metrics.ts';

export interface PlatformOptions {
  /**
   * The templates, or a function that makes them. Making them takes seconds; with a function, a port or data
   * folder in use is reported first.
   */
  assembly: LocalAssembly | (() => Promise<LocalAssembly>);
  /** Port of the public address. 0, the default, takes a free port. */
  port?: number;
  /** Folder of all data. `:memory:` uses a temporary folder that `close` deletes. */
  dataDir: string;
  log?: (line: string) => void;
  /** Most concurrent workers of one function. Default 4. */
  concurrencyMax?: number;
  /** False: schedules run only through `POST /_local/schedules/{name}`. Default true. */
  schedules?: boolean;
  /** True: apply the stage's throttling settings. Default: true if LOCAL_THROTTLE=1. */
  throttles?: boolean;
  /** Lets a test change the environment and the invocations of functions. Default: no change. */
  hooks?: FunctionHooks;
  /**
   * True: a function may do only what the policies of its role grant. Default: true if LOCAL_PERMISSIONS=1.
   */
  permissions?: boolean;
  /** Called for each permitted access of a function, if permissions are checked. */
  onAccess?: (functionName: string, access: Access) => void;
}

export interface Platform {
  /** http://127.0.0.1:<port> */
  url: string;
  /** Endpoint of the stand-ins for EventBridge, SQS, S3 and Secrets Manager. */
  awsEndpoint: string;
  /** Endpoint of the DynamoDB engine. */
  tablesEndpoint: string;
  /** Folder of all data, including the functions' logs. */
  dataDir: string;
  /** The resources of the templates, for tests that need the name of a table or queue. */
  model: Model;
  close(): Promise<void>;
}

export const tokenAudience = 'nuanxin';

/**
 * Runs the templates on this machine and resolves once the public address answers. Throws TemplateRefused,
 * DataDirRefused, PortRefused, EngineRefused or TableChanged, each with a message for the person at the
 * terminal, and then leaves nothing running.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  // Lambda runs in UTC. The time zone is per process, so the workers cannot set their own.
  process.env.TZ = 'UTC';
  const closers: (() => void | Promise<void>)[] = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return { ...(await start(options, closer => closers.push(closer))), close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

type Started = Omit<Platform, 'close'>;

async function start(
  options: PlatformOptions,
  onClose: (close: () => void | Promise<void>) => void,
): Promise<Started> {
  const { log = () => {} } = options;
  const dataDir = openFolder(options.dataDir, onClose);
  const state = openState(dataDir);
  onClose(() => state.close());
  const clock = createClock(state);
  const server = new PublicServer(log);
  const url = await server.listen(options.port ?? 0);
  onClose(() => server.close());
  const endpoint = new AwsEndpoint();
  const awsEndpoint = await endpoint.listen();
  onClose(() => endpoint.close());
  const assembly = typeof options.assembly === 'function' ? await options.assembly() : options.assembly;
  const issuerUrl = `${url}/_local/issuer`;
  const parameters = { TokenIssuer: issuerUrl, TokenAudience: tokenAudience };
  const model = readModel(assembly, { awsEndpoint, apiUrl: url }, parameters);

  const engine = await startEngine(dataDir, log);
  onClose(() => engine.close());
  const issuer = await Issuer.open(issuerUrl, tokenAudience, state, clock);
  await createTables(engine.endpoint, model.tables);
  const source = openStreams(engine, clock);
  onClose(() => source.close());
  const metrics = new Metrics();
  const permissions =
    (options.permissions ?? process.env.LOCAL_PERMISSIONS === '1')
      ? new Permissions(model, options.onAccess ?? (() => {}))
      : undefined;
  const tableProxy = permissions && (await startTableProxy(engine.endpoint, permissions));
  onClose(() => tableProxy?.close());
  const events = await connectEvents({
    model,
    state,
    clock,
    source,
    metrics,
    log,
    functions: {
      assetFolder: assembly.assetFolder,
      logFolder: join(dataDir, 'logs'),
      awsEndpoint,
      dynamoDbEndpoint: tableProxy?.endpoint ?? engine.endpoint,
      accessKeyId: name => (tableProxy ? name : 'local'),
      concurrencyMax: options.concurrencyMax ?? 4,
      hooks: options.hooks ?? {},
    },
  });
  onClose(() => events.close());
  endpoint.serve(awsServices(model, state, clock, events), (caller, accesses) =>
    permissions?.check(caller, accesses()),
  );
  const scheduler = new Scheduler(model.schedules, clock, events.functions, events.queues, log);
  onClose(() => scheduler.close());
  const throttles = options.throttles ?? process.env.LOCAL_THROTTLE === '1';
  serve(server, { ...events, model, clock, issuer, metrics, scheduler, throttles });
  events.start();
  if (options.schedules !== false) scheduler.start();
  return { url, awsEndpoint, tablesEndpoint: engine.endpoint, dataDir, model };
}

function openFolder(dataDir: string, onClose: (close: () => void) => void): string {
  if (dataDir !== ':memory:') return resolve(dataDir);
  const folder = temporaryFolder('data');
  onClose(folder.remove);
  return folder.path;
}

function awsServices(model: Model, state: State, clock: Clock, { bus, queues }: Events) {
  return {
    json: {
      AWSEvents: createEventBridge(bus, model.buses),
      AmazonSQS: createSqs(queues, state.transaction),
      secretsmanager: createSecretsManager(state, model.secrets),
    },
    s3: createS3(state, clock, model.buckets),
  };
}

type Served = Events & {
  model: Model;
  clock: Clock;
  issuer: Issuer;
  metrics: Metrics;
  scheduler: Scheduler;
  throttles: boolean;
};

function serve(server: PublicServer, parts: Served): void {
  const { model, functions, issuer, clock, throttles } = parts;
  const gateway = model.api && new Gateway({ api: model.api, functions, issuer, clock, throttles });
  server.serve(async (request, requestId) => {
    if (/^\/_local(\/|$|\?)/.test(request.url ?? '')) return answerLocalCall(parts, request, requestId);
    return gateway
      ? gateway.answer(request, requestId)
      : problem('not-found', 'The templates define no HTTP API.', requestId);
  });
}
