import type { Reply, Stage } from '../faults/stage/stage.ts';
import type { Around } from '../faults/stage/wire.ts';
import { post } from '../faults/world.ts';

/** What the rows of the table are played with: a stage, and a few words for what people do on it. */
export class Town {
  readonly stage: Stage;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  /** Rescues of 100 points each. */
  async rescue(driverId: string, ...eventIds: string[]): Promise<void> {
    await post(
      this.stage,
      eventIds.map(eventId => ({ eventId, driverId, activity: 'rescue' })),
    );
    await this.stage.drain();
  }

  /** One event of an activity, at the time that the clock shows. */
  async serve(driverId: string, activity: string, eventId: string): Promise<void> {
    const { now } = await this.stage.local('GET', '/_local/clock', undefined);
    await post(this.stage, [{ eventId, driverId, activity, occurredAt: now }]);
    await this.stage.drain();
  }

  async attest(eventId: string, outcome: 'confirmed' | 'refused'): Promise<void> {
    const path = `/v1/volunteer-events/${eventId}/attestation?platformId=rides`;
    await this.stage.ask('attestor grid-3', `POST ${path}`, { outcome, by: '网格员李明' });
    await this.stage.drain();
  }

  wallet(driverId: string) {
    return this.stage.ask(`driver ${driverId}`, `GET /v1/drivers/${driverId}`);
  }

  async entries(driverId: string) {
    const { items } = await this.stage.ask(`driver ${driverId}`, `GET /v1/drivers/${driverId}/entries`);
    return items as { entryId: string; kind: string; points: number; hash: string }[];
  }

  async reward(rewardId: string, points: unknown, stock?: number): Promise<Reply> {
    const reply = await this.stage.call('organizer office', `PUT /v1/rewards/${rewardId}`, {
      ...{ name: '保温杯', kind: 'goods', points, stockTracked: stock !== undefined, holdMinutes: 60 },
      outlets: ['station-east'],
    });
    if (stock !== undefined) {
      const delivery = { requestNo: 'first', delta: stock, reason: 'delivery' };
      await this.stage.ask('organizer office', `POST /v1/rewards/${rewardId}/stock`, delivery);
    }
    return reply;
  }

  reserve(driverId: string, rewardId: string, key: string): Promise<Reply> {
    const headers = { 'idempotency-key': key };
    return this.stage.call(`driver ${driverId}`, 'POST /v1/redemptions', { rewardId }, headers);
  }

  async board(month = '2026-03') {
    await this.stage.run('refresh-rankings');
    const { items } = await this.stage.ask('organizer office', `GET /v1/rankings/${month}?limit=100`);
    return items as { driverId: string; score: number; minutes: number }[];
  }

  async scoreOf(driverId: string): Promise<number | undefined> {
    return (await this.board()).find(row => row.driverId === driverId)?.score;
  }

  /** Calls go wrong while the work is done. */
  async while(around: Around, work: () => Promise<unknown>): Promise<void> {
    this.stage.interceptCalls(around);
    try {
      await work();
    } finally {
      this.stage.interceptCalls();
    }
  }
}
