import type { UseCase } from '../use-case.ts';
import { post } from '../world.ts';

const adjustment: UseCase = {
  name: 'adjustment',
  breaks: 'adjustments',
  source: 'http',
  prepare: ({ stage, id }) => post(stage, [{ eventId: id('e'), driverId: id('d'), activity: 'rescue' }]),
  act: async ({ stage, id }) => {
    const propose = (points: number) =>
      stage.ask('organizer office', 'POST /v1/adjustments', {
        ...{ driverId: id('d'), points, reason: 'counted by hand', requestNo: id(`a${points}`) },
      });
    const decide = (adjustmentId: string, word: string) =>
      stage.ask('organizer second', `POST /v1/adjustments/${adjustmentId}/${word}`, {});
    const given = await propose(30);
    const taken = await propose(-40);
    const turnedDown = await propose(500);
    return [
      await decide(given.adjustmentId, 'approval'),
      await decide(taken.adjustmentId, 'approval'),
      await decide(turnedDown.adjustmentId, 'rejection'),
    ];
  },
};

const cup = { name: '保温杯', kind: 'goods', points: 60, stockTracked: true, holdMinutes: 60 };

const stockAdjustment: UseCase = {
  name: 'stock adjustment',
  breaks: 'manage-program',
  source: 'http',
  prepare: ({ stage, id }) =>
    stage.ask('organizer office', `PUT /v1/rewards/${id('cup')}`, { ...cup, outlets: ['station-east'] }),
  act: async ({ stage, id }) => {
    const path = `POST /v1/rewards/${id('cup')}/stock` as const;
    const change = (requestNo: string, delta: number) =>
      stage.ask('organizer office', path, { requestNo, delta, reason: 'counted' });
    await change('more', 10);
    await change('less', -4);
    return stage.ask('anybody', `GET /v1/rewards/${id('cup')}`);
  },
};

const program: UseCase = {
  name: 'program',
  breaks: 'manage-program',
  source: 'http',
  act: async ({ stage, id, number }) => {
    const body = (points: number) => ({ ...cup, points, outlets: [id('shop')] });
    await stage.ask('organizer office', `PUT /v1/merchants/${id('shop')}`, {
      ...{ name: '面馆', kind: 'merchant', district: 'donghu' },
    });
    const day = 24 * 3_600_000;
    const effectiveFrom = new Date(Date.parse('2027-01-01T00:00:00Z') + number * day).toISOString();
    return [
      await stage.ask('organizer office', `PUT /v1/rewards/${id('cup')}`, body(60)),
      await stage
        .ask('organizer office', `PUT /v1/rulebooks/${number + 2}`, {
          ...{ effectiveFrom, monthlyCap: 100_000, campaigns: [] },
          activities: [{ code: 'rescue', name: '应急救援', unit: 'event', points: 100 }],
        })
        .then(({ activities }) => activities),
    ];
  },
};

const person = { displayName: '王师傅', occupation: 'driver', district: 'donghu', platformId: 'rides' };

const registration: UseCase = {
  name: 'registration and consent',
  breaks: 'drivers',
  source: 'http',
  act: async ({ stage, id }) => {
    await stage.ask('organizer office', `PUT /v1/drivers/${id('d')}`, { ...person, publishConsent: false });
    await stage.ask(`driver ${id('d')}`, `PUT /v1/drivers/${id('d')}/consent`, { publishConsent: true });
  },
};

const erasure: UseCase = {
  name: 'erasure',
  breaks: 'erase-driver',
  source: 'http',
  prepare: async ({ stage, id }) => {
    const driverId = id('d');
    await stage.ask('organizer office', `PUT /v1/drivers/${driverId}`, { ...person, publishConsent: true });
    await post(stage, [
      {
        ...{ eventId: id('e'), driverId, activity: 'guidance', minutes: 60, district: 'donghu' },
        evidence: ['https://photos.example/1.jpg', 'https://photos.example/2.jpg'],
      },
      { eventId: id('s'), driverId, activity: 'sentry', evidence: ['https://photos.example/3.jpg'] },
    ]);
    await stage.drain();
    await stage.ask('attestor grid-3', `POST /v1/volunteer-events/${id('s')}/attestation?platformId=rides`, {
      ...{ outcome: 'confirmed', by: '网格员李明', note: '现场照片属实' },
    });
    await stage.ask('organizer office', `PUT /v1/callers/${id('subject')}`, { role: 'driver', id: driverId });
  },
  act: ({ stage, id }) => stage.ask('organizer office', `DELETE /v1/drivers/${id('d')}`),
};

const callers: UseCase = {
  name: 'callers',
  breaks: 'callers',
  source: 'http',
  act: async ({ stage, id }) => {
    const path = `/v1/callers/${id('client')}`;
    await stage.ask('organizer office', `PUT ${path}`, { role: 'platform', id: id('platform') });
    await stage.ask('organizer office', `POST ${path}/disable`, {});
    return stage.ask('organizer office', `POST ${path}/enable`, {});
  },
};

/** A run may end anywhere and is resumed; it must find no difference. */
const reconciling: UseCase = {
  name: 'reconcile',
  breaks: 'reconcile',
  source: 'schedule',
  prepare: async ({ stage, number }) => {
    if (number > 0) return;
    await post(stage, [
      { eventId: 'one', driverId: 'd-1', activity: 'rescue' },
      { eventId: 'two', driverId: 'd-2', activity: 'guidance', minutes: 60 },
      { eventId: 'three', driverId: 'd-1', activity: 'report' },
    ]);
    await stage.drain();
    await stage.setClock('2026-03-12T12:00:00+08:00');
  },
  act: async ({ stage }) => {
    await stage.run('reconcile');
  },
  see: async ({ stage }) => {
    const { items } = await stage.ask('organizer office', 'GET /v1/reconciliations?limit=1');
    const { checked, differences } = items[0];
    return [{ checked, differences }];
  },
};

export const governance = [adjustment, stockAdjustment, program, registration, erasure, callers, reconciling];
