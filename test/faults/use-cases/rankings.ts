import type { Stage } from '../stage/stage.ts';
import type { Run, UseCase } from '../use-case.ts';
import { post } from '../world.ts';

/** Far enough apart that no run looks at a month of an earlier one. */
const monthsApart = 8;

function monthOf(number: number, later = 0): string {
  return new Date(Date.UTC(2026, 2 + number * monthsApart + later, 1)).toISOString().slice(0, 7);
}

/** The sweep key of an account changes two months earlier. */
const own = (number: number) => [monthOf(number), monthOf(number, 1), monthOf(number, -2)];

const drivers = [
  { name: 'd-1', district: 'donghu', minutes: 60 },
  { name: 'd-2', district: 'xihu', minutes: 120 },
  { name: 'd-3', district: 'donghu', minutes: 120 },
];

/** Gives the run its own month with three drivers of its own, whose chains are complete in it. */
async function aMonth({ stage, id, number }: Run): Promise<void> {
  const month = monthOf(number);
  await stage.setClock(`${month}-10T12:00:00+08:00`);
  const person = { displayName: '王师傅', occupation: 'driver', platformId: 'rides', publishConsent: true };
  for (const { name, district } of drivers)
    await stage.ask('organizer office', `PUT /v1/drivers/${id(name)}`, { ...person, district });
  const occurredAt = `${month}-10T08:00:00+08:00`;
  const events = drivers.map(({ name, minutes }) => ({
    ...{ eventId: id(name), driverId: id(name), activity: 'guidance', minutes, occurredAt },
  }));
  await post(stage, events);
  await stage.drain();
}

function monthIsOver({ stage, number }: Run, day = '03'): Promise<void> {
  return stage.setClock(`${monthOf(number, 1)}-${day}T12:00:00+08:00`);
}

async function isClosed(run: Run): Promise<void> {
  await aMonth(run);
  await monthIsOver(run);
  await run.stage.ask('organizer office', `POST /v1/rankings/${monthOf(run.number)}/close`);
}

async function isPublished(run: Run): Promise<void> {
  await isClosed(run);
  await monthIsOver(run, '07');
  await run.stage.ask('organizer office', `POST /v1/rankings/${monthOf(run.number)}/publish`);
}

/** Reads the ranking. Repeats of a version and its salts are not compared. */
async function shown({ stage, id, number }: Run): Promise<unknown[]> {
  const month = monthOf(number);
  const board = (scope: string) => stage.ask('organizer office', `GET /v1/rankings/${month}?scope=${scope}`);
  const { state, total, items } = await board('all');
  const ranks = drivers.map(async ({ name }) => {
    const path = `GET /v1/rankings/${month}/drivers/${id(name)}` as const;
    const { status, body } = await stage.call(`driver ${id(name)}`, path);
    return status === 404 ? 'not listed' : body;
  });
  return [{ state, total, items }, (await board('district:donghu')).items, await Promise.all(ranks)];
}

async function versionsOf(
  stage: Stage,
  number: number,
): Promise<{ version: number; reason: string | null }[]> {
  const { items } = await stage.ask('organizer office', `GET /v1/rankings/${monthOf(number)}/versions`);
  return items;
}

const buildRanking: UseCase = {
  name: 'build-ranking',
  breaks: 'refresh-rankings',
  source: 'schedule',
  own,
  prepare: aMonth,
  act: async ({ stage }) => {
    await stage.run('refresh-rankings');
  },
  see: shown,
};

const closeMonth: UseCase = {
  name: 'close-month',
  breaks: 'manage-rankings',
  source: 'http',
  own,
  prepare: async run => {
    await aMonth(run);
    await monthIsOver(run);
  },
  act: async ({ stage, number }) => {
    const { state, version } = await stage.ask(
      'organizer office',
      `POST /v1/rankings/${monthOf(number)}/close`,
    );
    return { state, version };
  },
  see: async run => [...(await shown(run)), (await versionsOf(run.stage, run.number)).length],
};

const closeByClock: UseCase = {
  name: 'close-month by the clock',
  breaks: 'close-month',
  source: 'schedule',
  own,
  prepare: closeMonth.prepare ?? aMonth,
  act: async ({ stage }) => {
    await stage.run('close-month');
  },
  see: async run => [...(await shown(run)), (await versionsOf(run.stage, run.number)).length],
};

const publish: UseCase = {
  name: 'publish',
  breaks: 'manage-rankings',
  source: 'http',
  own,
  prepare: async run => {
    await isClosed(run);
    await monthIsOver(run, '07');
  },
  act: async ({ stage, number }) => {
    const { state, version } = await stage.ask(
      'organizer office',
      `POST /v1/rankings/${monthOf(number)}/publish`,
    );
    return { state, version };
  },
  see: shown,
};

const reason = 'an objection was right';

/** Reverses an event and corrects the ranking. A caller without an answer checks the versions before it retries. */
const correction: UseCase = {
  name: 'correction',
  breaks: 'manage-rankings',
  source: 'http',
  own,
  prepare: async run => {
    await isPublished(run);
    await run.stage.ask('platform rides', `POST /v1/volunteer-events/${run.id('d-2')}/reversal`, {
      reason: 'was not there',
    });
  },
  act: async ({ stage, number }) => {
    const done = (await versionsOf(stage, number)).some(version => version.reason === reason);
    if (!done)
      await stage.ask('organizer office', `POST /v1/rankings/${monthOf(number)}/corrections`, { reason });
  },
  see: async run => {
    const versions = await versionsOf(run.stage, run.number);
    return [...(await shown(run)), [...new Set(versions.map(version => version.reason))]];
  },
};

const publishRankings: UseCase = {
  name: 'publish-rankings',
  breaks: 'publish-rankings',
  source: 'stream',
  own,
  prepare: closeMonth.prepare ?? aMonth,
  act: async run => {
    const month = monthOf(run.number);
    await run.stage.ask('organizer office', `POST /v1/rankings/${month}/close`);
    await run.stage.drain();
    await monthIsOver(run, '07');
    await run.stage.ask('organizer office', `POST /v1/rankings/${month}/publish`);
    await run.stage.drain();
  },
  see: async ({ stage, number }) => [
    [...new Set(stage.bystander.idsFrom('nuanxin', `"${monthOf(number)}"`))].map(id =>
      id.slice('ranking#2026-03'.length),
    ),
  ],
};

export const rankings = [buildRanking, closeMonth, closeByClock, publish, correction, publishRankings];
