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

/** The result of one kind of repetition, which must change nothing. */
export interface Repetition {
  readonly name: string;
  /** Number of repeated deliveries, messages or events. */
  readonly repeated: number;
  readonly differences: readonly string[];
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The use cases that are played on one day of March; the close follows later. */
const played = new Set([
  ...['receive', 'award', 'reversal', 'attestation', 'reserve', 'confirm', 'cancel', 'return', 'adjustment'],
  'stock adjustment',
]);

/** Repeats deliveries after a day and after a fortnight, redrives dead letters, and replays a month from the archive. */
export async function playForever(
  assembly: Assembly,
  onDone: (repetition: Repetition) => void,
): Promise<void> {
  const stage = await Stage.open(assembly, 'here');
  try {
    await setUp(stage);
    const deliveries = await playMarch(stage);
    onDone(await redelivered(stage, deliveries, 25 * hourMs, 'redelivery of everything after 25 hours'));
    onDone(await redelivered(stage, deliveries, 15 * dayMs, 'redelivery of everything after 15 days'));
    onDone(await redriven(stage));
    onDone(await replayedFromArchive(stage, assembly));
    await postAllMonth(stage);
    const closing = await closeMarch(stage);
    const name = 'redelivery of a month’s close and publication after';
    onDone(await redelivered(stage, closing, 25 * hourMs, `${name} 25 hours`));
    onDone(await redelivered(stage, closing, 15 * dayMs, `${name} 15 days`));
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

/** A wrong code counts as an attempt each time, on purpose. */
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
  for (const { functionName, repeat } of deliveries) {
    const outcome = await repeat();
    if (!outcome.ok) failed.push(`${functionName}: ${outcome.error.errorMessage}`);
  }
  await stage.drain();
  const changed = changedBetween(before, await dumpOf(stage));
  return { name, repeated: deliveries.length, differences: [...failed, ...changed] };
}

const deadCount = 100;

/** Redrives dead letters: half were processed but not acknowledged, half were never processed. */
async function redriven(stage: Stage): Promise<Repetition> {
  const drivers = Array.from({ length: deadCount }, (_, index) => `dead-${index}`);
  for (const isProcessed of [true, false]) {
    stage.interceptDeliveries('award-points', async (delivered, proceed) => {
      if (isProcessed) await proceed(delivered);
      return { ok: false, error: { errorType: 'Injected', errorMessage: 'not acknowledged' } };
    });
    const half = drivers.filter((_, index) => (index % 2 === 0) === isProcessed);
    await Promise.all(half.map(driverId => post(stage, [rescueOf(driverId)])));
    await stage.local('POST', '/_local/drain', {});
  }
  stage.interceptDeliveries();
  const { deadLetters } = await stage.local('POST', '/_local/drain', {});
  await stage.later(13 * dayMs);
  const { moved } = await stage.local('POST', '/_local/redrive', {});
  await stage.drain();
  const all = deadLetters === deadCount && moved === deadCount;
  return {
    name: 'redrive of dead letters after 13 days, half of them already processed',
    repeated: moved,
    differences: [
      ...(all ? [] : [`${deadLetters} of ${deadCount} messages were dead letters, ${moved} were redriven`]),
      ...(await notPaidExactlyOnce(stage, drivers)),
    ],
  };
}

/** A queue keeps messages for 14 days. After that, they are replayed from the archive of the bus, with all others. */
async function replayedFromArchive(stage: Stage, assembly: Assembly): Promise<Repetition> {
  const drivers = Array.from({ length: deadCount }, (_, index) => `gone-${index}`);
  stage.interceptDeliveries('award-points', async () => ({ ok: true, payload: '{"batchItemFailures":[]}' }));
  await post(stage, drivers.map(rescueOf));
  await stage.drain();
  stage.interceptDeliveries();
  await stage.later(15 * dayMs);
  const before = await dumpOf(stage);
  const repeated = await replay(stage, assembly);
  await stage.drain();
  const changed = changedBetween(before, await dumpOf(stage)).filter(line => !line.includes('gone-'));
  return {
    name: 'replay of lost events from the archive of the bus after 15 days, with all others',
    repeated,
    differences: [...changed, ...(await notPaidExactlyOnce(stage, drivers))],
  };
}

function rescueOf(driverId: string) {
  const occurredAt = '2026-03-25T08:00:00+08:00';
  return { eventId: `of-${driverId}`, driverId, activity: 'rescue', occurredAt };
}

async function notPaidExactlyOnce(stage: Stage, drivers: readonly string[]): Promise<string[]> {
  const wallets = drivers.map(async driverId => {
    const { available, seq } = await stage.ask(`driver ${driverId}`, `GET /v1/drivers/${driverId}`);
    return available === 100 && seq === 1 ? [] : [`${driverId} has ${available} points in ${seq} entries`];
  });
  return (await Promise.all(wallets)).flat();
}

/** Posts late events: ten drivers on each day of March. */
async function postAllMonth(stage: Stage): Promise<void> {
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

/** @returns the deliveries that closed and published the month */
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

/** Replays everything that the bus accepted, after the close of the month and during live traffic. */
async function replayed(stage: Stage, assembly: Assembly): Promise<Repetition> {
  const before = await dumpOf(stage);
  const shown = await stage.ask('organizer office', 'GET /v1/rankings/2026-03');
  const now = await stage.local('GET', '/_local/clock', undefined);
  let isOver = false;
  const [repeated, served] = await Promise.all([
    replay(stage, assembly).finally(() => {
      isOver = true;
    }),
    postDuringReplay(stage, now.now, () => isOver),
  ]);
  await stage.drain();
  const changed = changedBetween(before, await dumpOf(stage)).filter(line => !line.includes('live-'));
  const same = JSON.stringify(await stage.ask('organizer office', 'GET /v1/rankings/2026-03'));
  const { available, seq } = await stage.ask('driver live-one', 'GET /v1/drivers/live-one');
  const isPaid = available === 100 * served && seq === served;
  return {
    name: 'replay of a whole month from the archive of the bus, after its close and during live traffic',
    repeated,
    differences: [
      ...changed,
      ...(same === JSON.stringify(shown) ? [] : ['the closed ranking changed']),
      ...(isPaid ? [] : [`live-one has ${available} points in ${seq} entries for ${served} events`]),
    ],
  };
}

/** @returns the number of events posted during the replay */
async function postDuringReplay(stage: Stage, occurredAt: string, isOver: () => boolean): Promise<number> {
  for (let served = 0; ; served += 1) {
    if (isOver() && served > 0) return served;
    await post(stage, [{ eventId: `live-${served}`, driverId: 'live-one', activity: 'rescue', occurredAt }]);
  }
}

/** Puts all accepted intake events on the bus again. @returns their number */
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
