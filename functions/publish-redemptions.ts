import { redemptionAnnouncement } from '../shared/application/redemptions/announce.ts';
import { announceInOrder } from '../shared/runtime/bus.ts';
import { followStream } from '../shared/runtime/stream.ts';
import { parseRedemption } from '../shared/store/redemptions.ts';

/** Tells the bus of each step of each redemption, in order. */
export const handler = followStream(changes =>
  announceInOrder(changes, ({ before, after }) =>
    after ? redemptionAnnouncement(before && parseRedemption(before), parseRedemption(after)) : undefined,
  ),
);
