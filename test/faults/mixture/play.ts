import { setTimeout as pause } from 'node:timers/promises';
import { booksOf } from '../books.ts';
import type { Assembly } from '../stage/assembly.ts';
import { Stage } from '../stage/stage.ts';
import { setUp } from '../world.ts';
import { Chaos } from './chaos.ts';
import { compare } from './compare.ts';
import { Driver } from './driver.ts';
import type { DriverModel } from './model.ts';
import { type Random, randomFrom, upTo } from './random.ts';
import { offer } from './wares.ts';

/** The result of a random mixture of actions and faults. */
export interface Mixture {
  readonly seed: number;
  readonly injected: Readonly<Record<string, number>>;
  readonly differences: readonly string[];
}

const driversCount = 6;
const stepsEach = 14;

/** Plays a random mixture. In this process deliveries can fail too; in a separate one the platform is killed repeatedly. */
export async function playMixture(
  assembly: Assembly,
  seed: number,
  where: 'here' | 'apart',
): Promise<Mixture> {
  const random = randomFrom(seed);
  const stage = await Stage.open(assembly, where);
  try {
    await setUp(stage);
    await offer(stage);
    const chaos = new Chaos(stage, random);
    const drivers = Array.from(
      { length: driversCount },
      (_, index) => new Driver(stage, `d-${index}`, randomFrom(upTo(random, 2 ** 30))),
    );
    chaos.begin();
    let isOver = false;
    const lives = Promise.all(drivers.map(driver => driver.live(stepsEach))).finally(() => {
      isOver = true;
    });
    const background =
      where === 'here' ? runSchedules(stage, () => isOver) : killRepeatedly(stage, () => isOver, random);
    const [kills] = await Promise.all([background, lives]);
    chaos.end();
    await stage.settle();
    const models = drivers.map(({ model }) => model);
    const beforeExpiry = await compare(stage, models);
    chaos.begin();
    await letTimePass(stage, models);
    chaos.end();
    await stage.settle();
    const differences = [...beforeExpiry, ...(await compare(stage, models))];
    const injected = Object.fromEntries([
      ...chaos.injected,
      ...(kills > 0 ? [['SIGKILL', kills] as const] : []),
    ]);
    return { seed, injected, differences: [...differences, ...(await booksOf(stage))] };
  } finally {
    await stage.close();
  }
}

/** Runs what the clock triggers: holds expire, the month is closed and published, a year later its points expire. */
async function letTimePass(stage: Stage, models: readonly DriverModel[]): Promise<void> {
  await stage.setClock('2026-04-03T12:00:00+08:00');
  await stage.run('expire-redemptions');
  for (const model of models) model.expireHolds();
  await stage.run('close-month');
  await stage.setClock('2026-04-08T12:00:00+08:00');
  await stage.ask('organizer office', 'POST /v1/rankings/2026-03/publish');
  await stage.setClock('2027-04-01T00:00:00+08:00');
  await stage.run('expire-points');
  for (const model of models) model.expirePoints();
}

/** Runs the scheduled functions during the mixture. They must not change any sum. */
async function runSchedules(stage: Stage, isOver: () => boolean): Promise<number> {
  while (!isOver()) {
    for (const schedule of ['refresh-rankings', 'expire-redemptions', 'expire-points']) {
      await stage.run(schedule);
    }
    await pause(pauseMs);
  }
  return 0;
}

/** Calls answered between two kills: counted, not timed, so that slow machines make progress. */
const answersMin = 5;
const answersExtraMax = 25;

async function killRepeatedly(stage: Stage, isOver: () => boolean, random: Random): Promise<number> {
  for (let kills = 0; ; kills += 1) {
    const until = stage.answered + answersMin + upTo(random, answersExtraMax);
    while (stage.answered < until && !isOver()) await pause(pauseMs / 10);
    if (isOver()) return kills;
    await stage.killAndRestart();
  }
}

const pauseMs = 100;
