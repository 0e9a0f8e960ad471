import type { Reply, Stage } from '../faults/stage/stage.ts';
import type { Around } from '../faults/stage/wire.ts';
import { post } from '../faults/world.ts';

/** Helpers for what people do on a fault-injection stage, so that a test reads as a story. */
export class Town {
  readonly stage: Stage;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  /** Reports rescues of 100 points each and processes them. */
  async rescue(driverId: string, ...eventIds: string[]): Promise<void> {
    await post(
      this.stage,
      eventIds.map(eventId => ({ eventId, driverId, activity: 'rescue' })),
    );
    await this.stage.drain();
  }

  /** Reports one event that occurs now and processes it. */
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

  /** Intercepts all calls while the work is done. */
  async while(around: Around, work: () => Promise<unknown>): Promise<void> {
    this.stage.interceptCalls(around);
    try {
      await work();
    } finally {
      this.stage.interceptCalls();
    }
  }
}
