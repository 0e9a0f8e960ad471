import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FunctionName, functionSpecs } from '../../infra/functions.ts';
import { permits } from '../../infra/local/permissions/permissions.ts';
import type { Platform } from '../../infra/local/platform.ts';
import { startLocal } from '../../infra/local/start.ts';
import type { FunctionModel, Grant } from '../../infra/local/template/model.ts';
import { endpoints } from '../../shared/contracts/endpoints.ts';
import { findTables } from '../../tools/find-tables.ts';
import { Fuzzer } from '../fuzz/run.ts';
import { inhabit } from '../fuzz/world.ts';
import { talkTo } from '../support/platform.ts';
import { playEverything } from '../support/play-everything.ts';

/** One platform whose functions may do what their roles permit and nothing else, for two questions that need it. */

const names = Object.keys(functionSpecs) as FunctionName[];
/** `npm run fuzz` puts a hundred thousand; here are a few for each route, always the same unless told otherwise. */
const seed = Number(process.env.FUZZ_SEED ?? 20260301);
const requestsPerRoute = Number(process.env.FUZZ_REQUESTS ?? 8);

const dataDir = mkdtempSync(join(tmpdir(), 'nuanxin-grants-'));
const done = new Map<string, Map<string, Grant>>();
let platform: Platform;
let fuzzer: Fuzzer;
beforeAll(async () => {
  platform = await startLocal({
    dataDir,
    port: 0,
    schedules: false,
    permissions: true,
    onAccess: (functionName, { action, resource }) => {
      const all = done.get(functionName) ?? new Map();
      done.set(functionName, all.set(`${action} ${resource}`, { actions: [action], resources: [resource] }));
    },
  });
  fuzzer = new Fuzzer(platform.url, dataDir, await inhabit(platform.url));
}, 120_000);
afterAll(async () => {
  fuzzer?.close();
  await platform?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Logical ids are the path without its dashes, and a hash. */
function functionOf(name: FunctionName): FunctionModel {
  const pattern = new RegExp(`^NuanxinService-${name.replaceAll('-', '')}function[0-9A-F]{8}$`);
  const found = [...platform.model.functions.values()].find(one => pattern.test(one.name));
  if (!found) throw new Error(`there is no function ${name}`);
  return found;
}

function doneBy(name: FunctionName): Grant[] {
  return [...(done.get(functionOf(name).name)?.values() ?? [])];
}

/** What is done for a function and not by it: its log is written, its queue and stream are read. */
const doneForIt =
  /^(logs:(CreateLogStream|PutLogEvents)|dynamodb:(ListStreams|DescribeStream|GetRecords|GetShardIterator)|sqs:(ReceiveMessage|DeleteMessage|ChangeMessageVisibility|GetQueueUrl))$/;
const readsItsQueue: readonly FunctionName[] = ['award-points'];

function grantedTo(name: FunctionName): { action: string; resource: string }[] {
  const { role } = functionOf(name);
  return platform.model.policies
    .filter(({ roles }) => roles.includes(role))
    .flatMap(({ grants }) => grants)
    .flatMap(({ actions, resources }) =>
      actions.flatMap(action => resources.map(resource => ({ action, resource }))),
    )
    .filter(({ action }) => !doneForIt.test(action))
    .filter(({ action }) => action !== 'sqs:GetQueueAttributes' || !readsItsQueue.includes(name));
}

describe('a function', () => {
  beforeAll(async () => {
    const hasDone = (name: string, action: string) =>
      doneBy(name as FunctionName).some(({ actions }) => actions.includes(action));
    await playEverything(talkTo(platform.url), await findTables(platform.tablesEndpoint), hasDone);
  }, 180_000);

  it('is never refused what it asks for', () => {
    const logs = readdirSync(join(dataDir, 'logs')).map(name =>
      readFileSync(join(dataDir, 'logs', name), 'utf8'),
    );
    expect(logs.join('').length).toBeGreaterThan(0);
    expect(logs.flatMap(log => log.split('\n')).filter(line => line.includes('is not authorized'))).toEqual(
      [],
    );
  });

  it.each(names)('%s has used everything that it is granted', name => {
    const unused = grantedTo(name).filter(
      ({ action, resource }) =>
        !doneBy(name).some(({ actions: [used = ''], resources: [on = ''] }) =>
          permits({ actions: [action], resources: [resource] }, { action: used, resource: on }),
        ),
    );
    expect(unused).toEqual([]);
  });

  it.each([
    ['publish-entries', 1],
    ['receipts', 0],
  ] as const)('is looked at by who it is: %s puts %i events on the bus', async (name, count) => {
    const client = new EventBridgeClient({
      endpoint: platform.awsEndpoint,
      region: 'local',
      maxAttempts: 1,
      credentials: { accessKeyId: functionOf(name).name, secretAccessKey: 'local' },
    });
    const { BUS_NAME: EventBusName } = functionOf('publish-entries').environment;
    const entry = { EventBusName, Source: 'nuanxin', DetailType: 'Nothing', Detail: '{}' };
    const put = client.send(new PutEventsCommand({ Entries: [entry] }));
    const accepted = await put.then(
      ({ Entries = [] }) => Entries.length,
      error => (error.name === 'AccessDeniedException' ? 0 : error),
    );
    expect(accepted).toBe(count);
  });
});

describe(`arbitrary requests are served or refused in words, and a refused one writes nothing (seed ${seed})`, () => {
  // Tokens are good for hours by the clock; the ways above end in another year.
  beforeAll(() => talkTo(platform.url).setClock('2026-04-09T13:00:00+08:00'));

  it.each(endpoints.map(endpoint => [endpoint.route, endpoint] as const))('%s', (_route, endpoint) =>
    fuzzer.fuzz(endpoint, requestsPerRoute, seed),
  );

  it('of all kinds: let in and turned away, understood and not', () => {
    for (const status of [200, 400, 401, 404, 409, 422]) expect(fuzzer.statuses[status]).toBeGreaterThan(5);
  });
});
