import { parseRedemption } from '../shared/redemptions/store/redemptions.ts';
import { redemptionAnnouncement } from '../shared/redemptions/use-cases/announce.ts';
import { announceInOrder } from '../shared/runtime/bus.ts';
import { followStream } from '../shared/runtime/stream.ts';

/** Tells the bus of each step of each redemption, in order. */
export const handler = followStream(changes =>
  announceInOrder(changes, ({ before, after }) =>
    after ? redemptionAnnouncement(before && parseRedemption(before), parseRedemption(after)) : undefined,
  ),
);
