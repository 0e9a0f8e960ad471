import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { busSources } from '../../shared/kernel/bus.ts';
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
/** What happens in March by the clock of one day; its close comes later. */
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
    onDone(await broughtBack(stage, assembly));
    await serveAllMonth(stage);
    const closing = await closeMarch(stage);
    const name = 'every delivery of a month’s close and publication again';
    onDone(await redelivered(stage, closing, 25 * hourMs, `${name}, 25 hours later`));
    onDone(await redelivered(stage, closing, 15 * dayMs, `${name}, 15 days later`));
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

const deadCount = 100;

/** Messages whose work was done and never heard of, and messages never worked off: all come back from the dead. */
async function redriven(stage: Stage): Promise<Repetition> {
  const drivers = Array.from({ length: deadCount }, (_, index) => `dead-${index}`);
  for (const isDone of [true, false]) {
    stage.meddleWithDeliveries('award-points', async (delivered, proceed) => {
      if (isDone) await proceed(delivered);
      return { ok: false, error: { errorType: 'Injected', errorMessage: 'not heard of' } };
    });
    const half = drivers.filter((_, index) => (index % 2 === 0) === isDone);
    await Promise.all(half.map(driverId => post(stage, [rescueOf(driverId)])));
    await stage.local('POST', '/_local/drain', {});
  }
  stage.meddleWithDeliveries();
  const { deadLetters } = await stage.local('POST', '/_local/drain', {});
  await stage.later(13 * dayMs);
  const { moved } = await stage.local('POST', '/_local/redrive', {});
  await stage.drain();
  const all = deadLetters === deadCount && moved === deadCount;
  return {
    name: 'dead letters, half of them worked off and never heard of, sent back 13 days later',
    repeated: moved,
    differences: [
      ...(all ? [] : [`${deadLetters} of ${deadCount} messages had died, ${moved} were sent back`]),
      ...(await notPaidOnce(stage, drivers)),
    ],
  };
}

/** A queue forgets after 14 days. What it has forgotten is on the bus's archive still, beside all that was done. */
async function broughtBack(stage: Stage, assembly: Assembly): Promise<Repetition> {
  const drivers = Array.from({ length: deadCount }, (_, index) => `gone-${index}`);
  stage.meddleWithDeliveries('award-points', async () => ({ ok: true, payload: '{"batchItemFailures":[]}' }));
  await post(stage, drivers.map(rescueOf));
  await stage.drain();
  stage.meddleWithDeliveries();
  await stage.later(15 * dayMs);
  const before = await dumpOf(stage);
  const repeated = await replay(stage, assembly);
  await stage.drain();
  const changed = changedBetween(before, await dumpOf(stage)).filter(line => !line.includes('gone-'));
  return {
    name: 'events that no queue holds any more, from the archive of the bus 15 days later, with all others',
    repeated,
    differences: [...changed, ...(await notPaidOnce(stage, drivers))],
  };
}

function rescueOf(driverId: string) {
  const occurredAt = '2026-03-25T08:00:00+08:00';
  return { eventId: `of-${driverId}`, driverId, activity: 'rescue', occurredAt };
}

async function notPaidOnce(stage: Stage, drivers: readonly string[]): Promise<string[]> {
  const wallets = drivers.map(async driverId => {
    const { available, seq } = await stage.ask(`driver ${driverId}`, `GET /v1/drivers/${driverId}`);
    return available === 100 && seq === 1 ? [] : [`${driverId} has ${available} points in ${seq} entries`];
  });
  return (await Promise.all(wallets)).flat();
}

/** Ten drivers on each day of March, handed in late. */
async function serveAllMonth(stage: Stage): Promise<void> {
  for (let day = 1; day <= 31; day += 1) {
    const occurredAt = `2026-03-${String(day).padStart(2, '0')}T09:00:00+08:00`;
    const events = Array.from({ length: 10 }, (_, index) => ({
      ...{ eventId: `day-${day}-${index}`, driverId: `daily-${index}`, occurredAt },
      ...{ activity: 'guidance', minutes: 30 + 10 * index },
    }));
    await post(stage, events);
  }
  await stage.drain();
}

/** @returns the deliveries by which the month was closed, published and announced */
async function closeMarch(stage: Stage): Promise<readonly Delivered[]> {
  const recorded: Delivered[] = [];
  await stage.setClock('2026-05-03T12:00:00+08:00');
  stage.recorded = recorded;
  await stage.ask('organizer office', 'POST /v1/rankings/2026-03/close');
  await stage.drain();
  await stage.later(4 * dayMs);
  await stage.ask('organizer office', 'POST /v1/rankings/2026-03/publish');
  await stage.drain();
  stage.recorded = undefined;
  return recorded;
}

/** Everything that the bus has ever taken is put on it again, after its month was closed and while others go on. */
async function replayed(stage: Stage, assembly: Assembly): Promise<Repetition> {
  const before = await dumpOf(stage);
  const shown = await stage.ask('organizer office', 'GET /v1/rankings/2026-03');
  const now = await stage.local('GET', '/_local/clock', undefined);
  let isOver = false;
  const [repeated, served] = await Promise.all([
    replay(stage, assembly).finally(() => {
      isOver = true;
    }),
    serveMeanwhile(stage, now.now, () => isOver),
  ]);
  await stage.drain();
  const changed = changedBetween(before, await dumpOf(stage)).filter(line => !line.includes('live-'));
  const same = JSON.stringify(await stage.ask('organizer office', 'GET /v1/rankings/2026-03'));
  const { available, seq } = await stage.ask('driver live-one', 'GET /v1/drivers/live-one');
  const isPaid = available === 100 * served && seq === served;
  return {
    name: 'a whole month replayed from the archive of the bus, after its close and while others go on',
    repeated,
    differences: [
      ...changed,
      ...(same === JSON.stringify(shown) ? [] : ['the closed ranking changed']),
      ...(isPaid ? [] : [`who went on has ${available} points in ${seq} entries for ${served} events`]),
    ],
  };
}

/** @returns how many events were handed in meanwhile */
async function serveMeanwhile(stage: Stage, occurredAt: string, isOver: () => boolean): Promise<number> {
  for (let served = 0; ; served += 1) {
    if (isOver() && served > 0) return served;
    await post(stage, [{ eventId: `live-${served}`, driverId: 'live-one', activity: 'rescue', occurredAt }]);
  }
}

/** Puts all that the bus has taken in on it again. @returns how many events that were */
async function replay(stage: Stage, { busName }: Assembly): Promise<number> {
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
  return archived.length;
}
