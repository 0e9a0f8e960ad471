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

/** One function per kind of trigger. Each needs the data that those before it wrote. */
const kinds: readonly { bundle: string; what: string; event: (round: string, driver: number) => unknown }[] =
  [
    {
      bundle: 'award-points',
      what: 'one event from the queue; the first also reads the rulebooks',
      event: queued,
    },
    {
      bundle: 'receive-events',
      what: 'POST of one event: validate, put on the bus',
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
      what: 'POST of a reservation: reads and one transaction; the first also reads the code keys',
      event: (round, driver) =>
        gatewayEvent({
          route: 'POST /v1/redemptions',
          as: `driver ${driverIdOf(driver)}`,
          headers: { 'idempotency-key': `key-${round}-${driver}` },
          body: { rewardId: 'cup' },
        }),
    },
  ];

/** Measures the first request after a cold start, and warm requests. */
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
    await shop.offer({ ...shop.terms, version: 2, points: 5 }); // as many points as one event earns
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
      title: 'First request after a cold start, and warm requests',
      columns: ['function', 'first, ms', 'warm, ms', 'request'],
      rows: kinds.map(({ bundle, what }) => {
        const { first = [], warm = [] } = laps.get(bundle) ?? {};
        return [bundle, spreadOf(first), spreadOf(warm), what];
      }),
      notes: [
        `Excludes loading the bundle (see the table above). ${drivers.length} sequential requests, each for a different driver; warm is the median of the second half.`,
        'On the local engine, so DynamoDB’s round-trip times come on top. Bus and Secrets Manager are doubles that answer at once.',
      ],
    };
  } finally {
    await aws.stop();
    await stage.close();
  }
}

/** A queue batch with one message that holds one event. */
function queued(round: string, driver: number): unknown {
  const message = queueBatches({ round, drivers: driver + 1, batch: 1 })
    .at(-1)
    ?.at(-1);
  const envelope = JSON.parse(message?.body ?? '') as { detail: { events: unknown[] } };
  envelope.detail.events = envelope.detail.events.slice(-1);
  return { Records: [{ ...message, body: JSON.stringify(envelope) }] };
}
