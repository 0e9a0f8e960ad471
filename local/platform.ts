import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { LocalAssembly } from '../infra/assembly.ts';
import { AwsEndpoint } from './aws/endpoint.ts';
import { createEventBridge } from './aws/event-bridge.ts';
import { createS3 } from './aws/s3.ts';
import { createSecretsManager } from './aws/secrets.ts';
import { createSqs } from './aws/sqs.ts';
import { connectEvents, type Events } from './events/connect.ts';
import { answerControl } from './http/control.ts';
import { Gateway } from './http/gateway.ts';
import { Issuer } from './http/issuer.ts';
import { problem } from './http/problem.ts';
import { PublicServer } from './http/server.ts';
import type { Access } from './permissions/accesses.ts';
import { guardTables } from './permissions/guarded-tables.ts';
import { Permissions } from './permissions/permissions.ts';
import { Scheduler } from './schedules/scheduler.ts';
import { type Clock, createClock } from './state/clock.ts';
import { openState, type State } from './state/state.ts';
import { createTables } from './tables/create-tables.ts';
import { startEngine } from './tables/engine.ts';
import { openStreams } from './tables/open-streams.ts';
import type { Model } from './template/model.ts';
import { readModel } from './template/read-model.ts';
import type { Between } from './workers/between.ts';
import { Metrics } from './workers/metrics.ts';

export interface PlatformOptions {
  /** The templates, or how to make them: that takes seconds, and a port in use is said before. */
  assembly: LocalAssembly | (() => Promise<LocalAssembly>);
  /** 0, the default, takes a free one. */
  port?: number;
  /** `:memory:` keeps nothing: a temporary folder that is gone after `close`. */
  dataDir: string;
  log?: (line: string) => void;
  /** Most workers of one function at a time, default 4. */
  concurrencyMax?: number;
  /** False: schedules run only when they are called. Default true. */
  schedules?: boolean;
  /** True: the stage's throttling settings hold. Default: where LOCAL_THROTTLE=1. */
  throttles?: boolean;
  /** What stands between the platform, its functions and the services. Default: nothing. */
  between?: Between;
  /**
   * True: functions may do what the policies of their roles permit, and nothing else. Default: where
   * LOCAL_PERMISSIONS=1.
   */
  permissions?: boolean;
  /** Called with each thing that a function does, where permissions hold. */
  onAccess?: (functionName: string, access: Access) => void;
}

export interface Platform {
  /** http://127.0.0.1:<port> */
  url: string;
  /** Where an AWS SDK finds the local services, and the tables' engine. */
  awsEndpoint: string;
  tablesEndpoint: string;
  /** Where everything is kept, the functions' logs too. */
  dataDir: string;
  /** What the templates said, for whoever needs the name of a table or queue. */
  model: Model;
  close(): Promise<void>;
}

export const tokenAudience = 'nuanxin';

/**
 * Runs the templates on this machine; resolves once the address answers. Throws TemplateRefused, DataDirRefused,
 * PortRefused, EngineRefused or TableChanged, each with a sentence for people; nothing is left running then.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  // Lambda runs in UTC; a zone belongs to the process, so the workers cannot set it for themselves.
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
  const guarded = permissions && (await guardTables(engine.endpoint, permissions));
  onClose(() => guarded?.close());
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
      dynamoDbEndpoint: guarded?.endpoint ?? engine.endpoint,
      accessKeyId: name => (guarded ? name : 'local'),
      concurrencyMax: options.concurrencyMax ?? 4,
      between: options.between ?? {},
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
  const folder = mkdtempSync(join(tmpdir(), 'nuanxin-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  onClose(() => {
    process.off('exit', remove);
    remove();
  });
  return folder;
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
    if (/^\/_local(\/|$|\?)/.test(request.url ?? '')) return answerControl(parts, request, requestId);
    return gateway ? gateway.answer(request, requestId) : problem('not-found', 'There is no API.', requestId);
  });
}
