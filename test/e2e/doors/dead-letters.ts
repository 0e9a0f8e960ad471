import { beforeAll, describe, expect, it } from 'vitest';
import { findTables } from '../../../tools/find-tables.ts';
import { planting } from '../../support/plant.ts';
import { type Talk, talkTo } from '../../support/platform.ts';
import type { Running } from './running.ts';

const driverId = 'd-dead';
const event = {
  eventId: 'dead-1',
  driverId,
  activity: 'rescue',
  occurredAt: '2026-04-09T08:00:00+08:00',
  minutes: 30,
};

/** An event that failed on every attempt, stayed in the dead-letter queue for fifteen days, and is redriven. */
export function describeDeadLetters(running: () => Running): void {
  describe('a dead letter after 15 days', () => {
    let talk: Talk;
    beforeAll(async () => {
      const { platform } = running();
      talk = talkTo(platform.url);
      await talk.setClock('2026-04-09T12:00:00+08:00');
      const plant = planting(await findTables(platform.tablesEndpoint));
      await plant.put('accounts', { driverId, seq: 'torn' });
      await sendEvent(talk);
      expect(await talk.drain()).toEqual({ drained: true, deadLetters: 1 });
      await plant.remove('accounts', { driverId });
      await talk.setClock('2026-04-24T12:00:00+08:00');
    });

    it('redrives a dead letter after 15 days and awards it as of the day on which it was received', async () => {
      expect(await talk.anybody.send('POST', '/_local/redrive', {})).toEqual({ moved: 1, kept: 0 });
      expect(await talk.drain()).toEqual({ drained: true, deadLetters: 0 });
      expect(await receipt(talk)).toMatchObject({
        status: 'awarded',
        granted: 100,
        rankingMonth: '2026-04',
        receivedAt: expect.stringMatching(/^2026-04-09T12:00/),
        recordedAt: expect.stringMatching(/^2026-04-24T12:00/),
      });
    });

    it('awards a redriven event once when it is sent again', async () => {
      const before = await receipt(talk);
      expect(await talk.anybody.send('POST', '/_local/redrive', {})).toEqual({ moved: 0, kept: 0 });
      for (let repeat = 0; repeat < 2; repeat += 1) await sendEvent(talk);
      await talk.drain();
      expect(await receipt(talk)).toEqual(before);
      const driver = await talk.as('driver', driverId);
      expect(await driver.get(`/v1/drivers/${driverId}`)).toMatchObject({ earned: 100, minutes: 30, seq: 1 });
      await talk.setClock('2026-04-09T12:00:00+08:00');
    });
  });

  async function sendEvent(talk: Talk): Promise<void> {
    await (await talk.as('platform', 'rides')).send('POST', '/v1/volunteer-events', { events: [event] });
  }

  async function receipt(talk: Talk): Promise<unknown> {
    return (await talk.as('platform', 'rides')).get('/v1/volunteer-events/dead-1');
  }
}
