import type { Database } from '../../dynamo/client.ts';
import { queryEach } from '../../dynamo/query.ts';
import { type Instant, toLocalIso } from '../../kernel/time.ts';
import { dueShardOf, dueShards } from './redemptions.ts';

/** A reservation whose time is over and which nobody has ended, as the index tells it. */
export interface DueHold {
  readonly redemptionId: string;
  readonly driverId: string;
  /** Of which a piece of stock waits; empty where stock is not tracked. */
  readonly rewardId: string;
}

/** All that are overdue, shard by shard, each by its time and to its end. */
export async function* overdueHolds(database: Database, now: Instant): AsyncGenerator<DueHold> {
  for (let shard = 0; shard < dueShards; shard += 1) yield* overdueIn(database, String(shard), now);
}

/** Those of one driver, however long they have been overdue. */
export async function overdueHoldsOf(database: Database, driverId: string, now: Instant): Promise<DueHold[]> {
  const own: DueHold[] = [];
  for await (const hold of overdueIn(database, dueShardOf(driverId), now)) {
    if (hold.driverId === driverId) own.push(hold);
  }
  return own;
}

async function* overdueIn(database: Database, shard: string, now: Instant): AsyncGenerator<DueHold> {
  const found = queryEach(database, 'redemptions', {
    IndexName: 'due',
    KeyConditionExpression: 'dueShard = :shard AND dueAt < :past',
    // `$` is what follows `#`: whatever is due at this very instant is overdue too.
    ExpressionAttributeValues: { ':shard': shard, ':past': `${toLocalIso(now)}$` },
  });
  for await (const { redemptionId, dueAt } of found) {
    const [, driverId = '', rewardId = ''] = String(dueAt).split('#');
    yield { redemptionId: String(redemptionId), driverId, rewardId };
  }
}
