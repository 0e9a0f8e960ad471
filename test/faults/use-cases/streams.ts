import type { UseCase } from '../use-case.ts';
import { post } from '../world.ts';

/** Entries in two stream batches, the first with several. */
const entries: Pick<UseCase, 'source' | 'act'> = {
  source: 'stream',
  act: async ({ stage, id }) => {
    const driverId = id('d');
    await post(stage, [
      { eventId: id('one'), driverId, activity: 'guidance', minutes: 60 },
      { eventId: id('two'), driverId, activity: 'rescue' },
      { eventId: id('none'), driverId, activity: 'unheard-of' },
      { eventId: id('three'), driverId, activity: 'report' },
    ]);
    await stage.drain();
    await post(stage, [{ eventId: id('four'), driverId, activity: 'report' }]);
    await stage.drain();
    await stage.ask('platform rides', `POST /v1/volunteer-events/${id('two')}/reversal`, { reason: 'x' });
    await stage.drain();
  },
};

const publishEntries: UseCase = { name: 'publish-entries', breaks: 'publish-entries', ...entries };
const archive: UseCase = { name: 'archive', breaks: 'archive-entries', ...entries };

const publishRedemptions: UseCase = {
  name: 'publish-redemptions',
  breaks: 'publish-redemptions',
  source: 'stream',
  prepare: async ({ stage, id }) => {
    await stage.ask('organizer office', `PUT /v1/rewards/${id('tea')}`, {
      ...{ name: '热茶', kind: 'goods', points: 10, stockTracked: false, holdMinutes: 60 },
      outlets: ['station-east'],
    });
    await post(stage, [{ eventId: id('e'), driverId: id('d'), activity: 'rescue' }]);
  },
  act: async ({ stage, id }) => {
    const reserve = (key: string) =>
      stage.ask(
        `driver ${id('d')}`,
        'POST /v1/redemptions',
        { rewardId: id('tea') },
        { 'idempotency-key': key },
      );
    const [one, two] = [await reserve('one'), await reserve('two')];
    await stage.drain();
    await stage.ask('merchant station-east', 'POST /v1/redemptions/confirmations', {
      ...{ code: one.code, requestNo: id('till') },
    });
    await stage.ask(`driver ${id('d')}`, `POST /v1/redemptions/${two.redemptionId}/cancellation`, {});
    await stage.drain();
  },
};

export const streams = [publishEntries, archive, publishRedemptions];
