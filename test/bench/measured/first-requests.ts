import { join } from 'node:path';
import { toLocalIso } from '../../../shared/kernel/time.ts';
import { AwsDouble } from '../../support/aws-double.ts';
import { gatewayEvent } from '../../support/call.ts';
import { haveRulebook } from '../../support/database.ts';
import { Shop } from '../../support/shop.ts';
import { type Context, spreadOf, type Table } from '../report/result.ts';
import { functionEnvironment, uncapped } from '../support/award-stage.ts';
import { driverIdOf, eventIdOf, platformId, queueBatches } from '../support/events.ts';
import { openStage } from '../support/stage.ts';
import { startOnce } from '../support/starts.ts';

const warmEvents = 40;
const codeKeys = { current: '1', '1': 'only-for-timing-only-for-timing-only-for-timing' };

/** One function of each kind, in the order in which they need each other's work. */
const kinds: readonly { bundle: string; what: string; event: (round: string, driver: number) => unknown }[] =
  [
    { bundle: 'award-points', what: 'one event from the queue, rulebooks read at the first', event: queued },
    {
      bundle: 'receive-events',
      what: 'POST of one event: validated, put on the bus',
      event: (round, driver) =>
        gatewayEvent({
          route: 'POST /v1/volunteer-events',
          as: `platform ${platformId}`,
          body: {
            events: [
              {
                eventId: eventIdOf(round, driver, 1),
                driverId: driverIdOf(driver),
                activity: 'report',
                occurredAt: toLocalIso(Date.now()),
              },
            ],
          },
        }),
    },
    {
      bundle: 'wallet',
      what: 'GET of a balance: two reads',
      event: (_, driver) =>
        gatewayEvent({
          route: 'GET /v1/drivers/{driverId}',
          as: `driver ${driverIdOf(driver)}`,
          params: { driverId: driverIdOf(driver) },
        }),
    },
    {
      bundle: 'redemptions',
      what: 'POST of a reservation: reads, one transaction of four; code keys read at the first',
      event: (round, driver) =>
        gatewayEvent({
          route: 'POST /v1/redemptions',
          as: `driver ${driverIdOf(driver)}`,
          headers: { 'idempotency-key': `key-${round}-${driver}` },
          body: { rewardId: 'cup' },
        }),
    },
  ];

/** Functions from their start to the first event, and those after it. */
export async function firstRequests(
  folder: string,
  { rounds, quick, step }: Pick<Context, 'rounds' | 'quick' | 'step'>,
): Promise<Table> {
  const stage = await openStage();
  const aws = new AwsDouble();
  aws.secret = JSON.stringify(codeKeys);
  const awsUrl = await aws.listen();
  const services = {
    AWS_ENDPOINT_URL_EVENTBRIDGE: awsUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: awsUrl,
    BUS_NAME: 'bus',
    CODE_KEYS_SECRET_ARN: 'code-keys',
  };
  try {
    const database = await stage.freshDatabase();
    await haveRulebook(database, uncapped);
    const shop = new Shop(database);
    await shop.open(100_000, []);
    await shop.offer({ ...shop.terms, version: 2, points: 5 }); // what one event earns
    const laps = new Map(
      kinds.map(({ bundle }) => [bundle, { first: [] as number[], warm: [] as number[] }]),
    );
    const drivers = Array.from({ length: quick ? 5 : warmEvents }, (_, driver) => driver);
    for (let round = 1; round <= rounds; round += 1) {
      for (const { bundle, event } of kinds) {
        step(round, rounds, `first requests: ${bundle}`);
        const environment = { ...functionEnvironment(stage, database, bundle), ...services };
        const events = drivers.map(driver => event(`s${String(round).padStart(3, '0')}`, driver));
        const started = await startOnce(join(folder, bundle, 'index.js'), environment, events);
        laps.get(bundle)?.first.push(started.laps[0] ?? Number.NaN);
        laps.get(bundle)?.warm.push(spreadOf(started.laps.slice(started.laps.length / 2)).median);
      }
    }
    return {
      id: 'first-request',
      title: 'What the first request takes, and one on a warm function',
      columns: ['function', 'first, ms', 'warm, ms', 'what is asked'],
      rows: kinds.map(({ bundle, what }) => {
        const { first = [], warm = [] } = laps.get(bundle) ?? {};
        return [bundle, spreadOf(first), spreadOf(warm), what];
      }),
      notes: [
        `After the load, which the table before has. ${drivers.length} requests, one after the other, each of another driver; warm is the median of the second half.`,
        'On the local engine: what DynamoDB takes for a round trip comes on top. The bus and the secrets answer at once.',
      ],
    };
  } finally {
    await aws.stop();
    await stage.close();
  }
}

/** A message with one event alone. */
function queued(round: string, driver: number): unknown {
  const message = queueBatches({ round, drivers: driver + 1, batch: 1 })
    .at(-1)
    ?.at(-1);
  const envelope = JSON.parse(message?.body ?? '') as { detail: { events: unknown[] } };
  envelope.detail.events = envelope.detail.events.slice(-1);
  return { Records: [{ ...message, body: JSON.stringify(envelope) }] };
}
