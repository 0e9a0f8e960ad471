import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { VolunteerEventBody } from '../../../shared/awards/contract/events.ts';
import { openDatabase, withoutRequestTokens } from '../../../shared/dynamo/client.ts';
import { attachMeter } from '../../../shared/dynamo/meter.ts';
import { serviceConfig } from '../../../shared/runtime/services.ts';
import type { Work } from '../support/contender.ts';
import { localConfig } from '../support/stage.ts';

export interface ChoiceSetup {
  readonly way: Way;
  readonly endpoint: string;
  readonly table: string;
}

/** The platform's way and the ways it avoids. */
export type Way = keyof typeof ways;

type Once = () => unknown;
type Client = Pick<DynamoDBDocumentClient, 'send' | 'destroy'>;

export const ways = {
  request: setup => reading(setup, open(setup.endpoint)),
  clientEach: setup => async () => {
    const client = open(setup.endpoint);
    await reading(setup, client)();
    client.destroy();
  },
  socketEach: setup => {
    const requestHandler = { ...serviceConfig.requestHandler, httpAgent: { keepAlive: false } };
    return reading(setup, open(setup.endpoint, { requestHandler }));
  },
  loggingStep: setup => {
    const client = new DynamoDBClient({ ...serviceConfig, ...localConfig(setup.endpoint) });
    withoutRequestTokens(client);
    attachMeter(client);
    return reading(setup, DynamoDBDocumentClient.from(client));
  },
  schema: () => () => VolunteerEventBody.parse(event),
  schemaEach: () => () => z.strictObject(VolunteerEventBody.shape).parse(event),
} as const satisfies Record<string, (setup: ChoiceSetup) => Once>;

export function prepare(setup: ChoiceSetup): Work<{ times: number }> {
  const once: Once = ways[setup.way](setup);
  return async ({ times }) => {
    for (let n = 0; n < times; n += 1) await once();
  };
}

const event = {
  eventId: 'te-20260305-0002318',
  driverId: 'd-00274',
  activity: 'report',
  occurredAt: '2026-03-05T08:30:00+08:00',
  minutes: 90,
};

function open(endpoint: string, config: object = {}): Client {
  return openDatabase(table => table, { ...serviceConfig, ...config, ...localConfig(endpoint) }).client;
}

function reading({ table }: ChoiceSetup, client: Client): () => Promise<unknown> {
  return () =>
    client.send(new GetCommand({ TableName: table, Key: { driverId: 'd-1' }, ConsistentRead: true }));
}
