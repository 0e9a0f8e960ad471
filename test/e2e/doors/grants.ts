import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FunctionName } from '../../../infra/functions/index.ts';
import type { Access } from '../../../local/permissions/accesses.ts';
import { permits } from '../../../local/permissions/permissions.ts';
import { findTables } from '../../../tools/find-tables.ts';
import { talkTo } from '../../support/platform.ts';
import { playEverything } from '../../support/play-everything.ts';
import { functionOf, names, type Running } from './running.ts';

function doneBy(running: Running, name: FunctionName): Access[] {
  return [...(running.done.get(functionOf(running, name).name)?.values() ?? [])];
}

/** Actions that Lambda performs for a function: writing its log, and reading its queue and stream. */
const lambdaActions =
  /^(logs:(CreateLogStream|PutLogEvents)|dynamodb:(ListStreams|DescribeStream|GetRecords|GetShardIterator)|sqs:(ReceiveMessage|DeleteMessage|ChangeMessageVisibility|GetQueueUrl))$/;
const readsItsQueue: readonly FunctionName[] = ['award-points'];

function grantedTo(running: Running, name: FunctionName): { action: string; resource: string }[] {
  const { role } = functionOf(running, name);
  return running.platform.model.policies
    .filter(({ roles }) => roles.includes(role))
    .flatMap(({ grants }) => grants)
    .flatMap(({ actions, resources }) =>
      actions.flatMap(action => resources.map(resource => ({ action, resource }))),
    )
    .filter(({ action }) => !lambdaActions.test(action))
    .filter(({ action }) => action !== 'sqs:GetQueueAttributes' || !readsItsQueue.includes(name));
}

/** Exercises every function and compares the actions that it performs with its grants. */
export function describeGrants(running: () => Running): void {
  describe('the grants of a function', () => {
    beforeAll(async () => {
      const { url, tablesEndpoint } = running().platform;
      await playEverything(talkTo(url), await findTables(tablesEndpoint));
    }, 300_000);

    it('allows every action that a function performs', () => {
      const logs = readdirSync(join(running().dataDir, 'logs')).map(name =>
        readFileSync(join(running().dataDir, 'logs', name), 'utf8'),
      );
      expect(logs.join('').length).toBeGreaterThan(0);
      expect(logs.flatMap(log => log.split('\n')).filter(line => line.includes('is not authorized'))).toEqual(
        [],
      );
    });

    it.each(names)('grants %s nothing that it does not use', name => {
      const unused = grantedTo(running(), name).filter(
        ({ action, resource }) =>
          !doneBy(running(), name).some(one => permits({ actions: [action], resources: [resource] }, one)),
      );
      expect(unused).toEqual([]);
    });

    it.each([
      ['publish-entries', 1],
      ['receipts', 0],
    ] as const)('checks the calling function: %s can put %i events on the bus', async (name, count) => {
      const client = new EventBridgeClient({
        endpoint: running().platform.awsEndpoint,
        region: 'local',
        maxAttempts: 1,
        credentials: { accessKeyId: functionOf(running(), name).name, secretAccessKey: 'local' },
      });
      const { BUS_NAME: EventBusName } = functionOf(running(), 'publish-entries').environment;
      const entry = { EventBusName, Source: 'nuanxin', DetailType: 'Nothing', Detail: '{}' };
      const put = client.send(new PutEventsCommand({ Entries: [entry] }));
      const accepted = await put.then(
        ({ Entries = [] }) => Entries.length,
        error => (error.name === 'AccessDeniedException' ? 0 : error),
      );
      expect(accepted).toBe(count);
    });
  });
}
