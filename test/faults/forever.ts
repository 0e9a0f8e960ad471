import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { busSources } from '../../shared/contracts/bus.ts';
import { changedBetween, dumpOf } from './dump.ts';
import type { Assembly } from './stage/assembly.ts';
import { type Delivered, Stage } from './stage/stage.ts';
import { runOf } from './use-case.ts';
import { awards } from './use-cases/awards.ts';
import { governance } from './use-cases/governance.ts';
import { redemptions } from './use-cases/redemptions.ts';
import { post, setUp } from './world.ts';

/** One way in which everything comes again, and what it changed: nothing. */
export interface Repetition {
  readonly name: string;
  /** Deliveries, messages or events that came again. */
  readonly repeated: number;
  readonly differences: readonly string[];
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** All of March, by the clock of one day: what moves the clock itself plays elsewhere. */
const played = new Set([
  ...['receive', 'award', 'reversal', 'attestation', 'reserve', 'confirm', 'cancel', 'return', 'adjustment'],
  'stock adjustment',
]);

/** At least once, for ever: redelivery after a day and after a fortnight, dead letters, and a month out of the archive. */
export async function playForever(
  assembly: Assembly,
  onDone: (repetition: Repetition) => void,
): Promise<void> {
  const stage = await Stage.open(assembly, 'here');
  try {
    await setUp(stage);
    const deliveries = await playMarch(stage);
    onDone(await redelivered(stage, deliveries, 25 * hourMs, 'every delivery again, 25 hours later'));
    onDone(await redelivered(stage, deliveries, 15 * dayMs, 'every delivery again, 15 days later'));
    onDone(await redriven(stage));
    onDone(await replayed(stage, assembly));
  } finally {
    await stage.close();
  }
}

async function playMarch(stage: Stage): Promise<readonly Delivered[]> {
  const recorded: Delivered[] = [];
  const cases = [...awards, ...redemptions, ...governance].filter(({ name }) => played.has(name));
  for (const [number, { prepare, act }] of cases.entries()) {
    const run = runOf(stage, number);
    await prepare?.(run);
    await stage.drain();
    stage.recorded = recorded;
    await act(run);
    await stage.drain();
    stage.recorded = undefined;
  }
  return recorded.filter(({ event }) => !isGuess(event));
}

/** Each wrong code counts as a try, and is meant to. */
function isGuess(event: string): boolean {
  return event.includes('guess-');
}

async function redelivered(
  stage: Stage,
  deliveries: readonly Delivered[],
  laterMs: number,
  name: string,
): Promise<Repetition> {
  await stage.later(laterMs);
  const before = await dumpOf(stage);
  const failed: string[] = [];
  for (const { functionName, again } of deliveries) {
    const outcome = await again();
    if (!outcome.ok) failed.push(`${functionName}: ${outcome.error.errorMessage}`);
  }
  await stage.drain();
  const changed = changedBetween(before, await dumpOf(stage));
  return { name, repeated: deliveries.length, differences: [...failed, ...changed] };
}

const deadCount = 20;

/** Messages whose work was done and never heard of, and messages never worked off: all come back from the dead. */
async function redriven(stage: Stage): Promise<Repetition> {
  const drivers = Array.from({ length: deadCount }, (_, index) => `dead-${index}`);
  const occurredAt = '2026-03-25T08:00:00+08:00';
  for (const [index, driverId] of drivers.entries()) {
    const event = { eventId: `of-${driverId}`, driverId, activity: 'rescue', occurredAt };
    const isDone = index % 2 === 0;
    stage.meddleWithDeliveries('award-points', async (delivered, proceed) => {
      if (isDone) await proceed(delivered);
      return { ok: false, error: { errorType: 'Injected', errorMessage: 'not heard of' } };
    });
    await post(stage, [event]);
    await stage.local('POST', '/_local/drain', {});
  }
  stage.meddleWithDeliveries();
  const { deadLetters } = await stage.local('POST', '/_local/drain', {});
  await stage.later(13 * dayMs);
  const { moved } = await stage.local('POST', '/_local/redrive', {});
  await stage.drain();
  const wallets = drivers.map(async driverId => {
    const { available, seq } = await stage.ask(`driver ${driverId}`, `GET /v1/drivers/${driverId}`);
    return available === 100 && seq === 1 ? [] : [`${driverId} has ${available} points in ${seq} entries`];
  });
  const all = deadLetters === deadCount && moved === deadCount;
  return {
    name: 'dead letters of all kinds, sent back 13 days later',
    repeated: moved,
    differences: [
      ...(all ? [] : [`${deadLetters} of ${deadCount} messages had died, ${moved} were sent back`]),
      ...(await Promise.all(wallets)).flat(),
    ],
  };
}

/** Everything that the bus has ever taken is put on it again, after its month was closed and while others go on. */
async function replayed(stage: Stage, { busName }: Assembly): Promise<Repetition> {
  await stage.setClock('2026-05-03T12:00:00+08:00');
  await stage.ask('organizer office', 'POST /v1/rankings/2026-03/close');
  await stage.drain();
  const before = await dumpOf(stage);
  const shown = await stage.ask('organizer office', 'GET /v1/rankings/2026-03');
  const bus = new EventBridgeClient({
    endpoint: stage.awsUrl,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const archived = stage.bystander.accepted.filter(({ Source }) => Source === busSources.intake);
  for (const { Source, DetailType, Detail } of archived) {
    await bus.send(
      new PutEventsCommand({ Entries: [{ EventBusName: busName, Source, DetailType, Detail }] }),
    );
  }
  bus.destroy();
  await stage.drain();
  const changed = changedBetween(before, await dumpOf(stage));
  const same = JSON.stringify(await stage.ask('organizer office', 'GET /v1/rankings/2026-03'));
  return {
    name: 'a whole month replayed from the archive of the bus, after its close',
    repeated: archived.length,
    differences: [...changed, ...(same === JSON.stringify(shown) ? [] : ['the closed ranking changed'])],
  };
}
