import type { Run, UseCase } from '../use-case.ts';
import { post, start } from '../world.ts';

const evidence = ['https://photos.example/1.jpg'];

async function receiptsOf({ stage, id }: Run, names: readonly string[]): Promise<unknown[]> {
  const receipts = names.map(name => stage.ask('platform rides', `GET /v1/volunteer-events/${id(name)}`));
  return Promise.all(receipts);
}

/** Enough events with long proofs that PutEvents needs two requests, the first with two entries. */
const receive: UseCase = {
  name: 'receive',
  breaks: 'receive-events',
  source: 'http',
  anyOrder: true,
  act: async run => {
    const proof = `https://photos.example/${'x'.repeat(480)}`;
    const events = Array.from({ length: 100 }, (_, index) => ({
      eventId: run.id(`e${index}`),
      driverId: run.id('d'),
      activity: 'unheard-of',
      evidence: Array.from({ length: 5 }, () => proof),
    }));
    await post(run.stage, events);
    await run.stage.drain();
  },
};

/** An hour with proof, a second driver, and three reports, one of which reaches the daily cap. */
const award: UseCase = {
  name: 'award',
  breaks: 'award-points',
  source: 'queue',
  anyOrder: true,
  act: async run => {
    const { stage, id } = run;
    const driverId = id('d');
    await post(stage, [
      { eventId: id('hour'), driverId, activity: 'guidance', minutes: 60, evidence },
      { eventId: id('half'), driverId, activity: 'guidance', minutes: 30 },
      { eventId: id('beside'), driverId: id('e'), activity: 'rescue' },
    ]);
    const reports = ['a', 'b', 'c'].map(name => ({ eventId: id(name), driverId, activity: 'report' }));
    await post(stage, reports);
    await stage.drain();
    await post(stage, [{ eventId: id('half'), driverId, activity: 'guidance', minutes: 240 }]);
    await stage.drain();
    return receiptsOf(run, ['hour', 'half', 'beside']);
  },
};

/** An event that arrives after its month, before the close: it checks the gate and reads old caps. */
const lateAward: UseCase = {
  name: 'late award',
  breaks: 'award-points',
  source: 'queue',
  anyOrder: true,
  prepare: async ({ stage, id }) => {
    await stage.setClock('2026-04-02T12:00:00+08:00');
    const now = { occurredAt: '2026-04-02T09:00:00+08:00' };
    await post(stage, [{ eventId: id('now'), driverId: id('d'), activity: 'rescue', ...now }]);
  },
  act: async run => {
    await post(run.stage, [
      { eventId: run.id('late'), driverId: run.id('d'), activity: 'guidance', minutes: 600 },
    ]);
    await run.stage.drain();
    return receiptsOf(run, ['late']);
  },
};

const reversal: UseCase = {
  name: 'reversal',
  breaks: 'reverse-award',
  source: 'http',
  prepare: ({ stage, id }) =>
    post(stage, [
      { eventId: id('one'), driverId: id('d'), activity: 'rescue' },
      { eventId: id('two'), driverId: id('d'), activity: 'guidance', minutes: 60 },
    ]),
  act: async ({ stage, id }) => [
    await stage.ask('platform rides', `POST /v1/volunteer-events/${id('one')}/reversal`, {
      reason: 'was not there',
    }),
    await stage.ask('organizer office', `POST /v1/volunteer-events/${id('two')}/reversal?platformId=rides`, {
      reason: 'was not there',
    }),
  ],
};

const attestation: UseCase = {
  name: 'attestation',
  breaks: 'attest-event',
  source: 'http',
  prepare: ({ stage, id }) =>
    post(stage, [
      { eventId: id('seen'), driverId: id('d'), activity: 'sentry', minutes: 20 },
      { eventId: id('unseen'), driverId: id('d'), activity: 'sentry' },
    ]),
  act: async ({ stage, id }) => [
    await stage.ask(
      'attestor grid-3',
      `POST /v1/volunteer-events/${id('seen')}/attestation?platformId=rides`,
      { outcome: 'confirmed', by: '网格员李明', note: '现场照片属实' },
    ),
    await stage.ask(
      'organizer office',
      `POST /v1/volunteer-events/${id('unseen')}/attestation?platformId=rides`,
      { outcome: 'refused', by: '网格员李明' },
    ),
  ],
};

/** The attestation does not come in time. */
const lapse: UseCase = {
  name: 'lapse of an attestation',
  breaks: 'lapse-attestations',
  source: 'schedule',
  prepare: async ({ stage, id }) => {
    await stage.setClock(start);
    await post(stage, [
      { eventId: id('one'), driverId: id('d'), activity: 'sentry' },
      { eventId: id('two'), driverId: id('e'), activity: 'sentry' },
    ]);
    await stage.drain();
    await stage.setClock('2026-03-25T12:00:00+08:00');
  },
  act: async ({ stage }) => {
    await stage.run('lapse-attestations');
  },
};

export const awards = [receive, award, lateAward, reversal, attestation, lapse];
