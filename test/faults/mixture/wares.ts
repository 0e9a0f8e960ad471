import type { Stage } from '../stage/stage.ts';

/** A reward on offer: cups with limited stock, tea without a limit. */
export interface Ware {
  readonly rewardId: string;
  readonly merchantId: string;
  readonly points: number;
  readonly subsidyFen: number;
  /** Stock; null if it is not limited. */
  readonly pieces: number | null;
}

export const wares: readonly Ware[] = [
  { rewardId: 'cup', merchantId: 'station-east', points: 60, subsidyFen: 1500, pieces: 6 },
  { rewardId: 'tea', merchantId: 'noodles', points: 10, subsidyFen: 200, pieces: null },
];

export async function offer(stage: Stage): Promise<void> {
  for (const { rewardId, merchantId, points, subsidyFen, pieces } of wares) {
    await stage.ask('organizer office', `PUT /v1/rewards/${rewardId}`, {
      ...{ name: rewardId, kind: 'goods', points, stockTracked: pieces !== null, holdMinutes: 1440 },
      ...{ outlets: [merchantId], subsidyFen },
    });
    if (pieces === null) continue;
    const stock = { requestNo: 'first', delta: pieces, reason: 'delivery' };
    await stage.ask('organizer office', `POST /v1/rewards/${rewardId}/stock`, stock);
  }
}
