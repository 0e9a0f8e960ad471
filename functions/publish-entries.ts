import { entryAnnouncement } from '../shared/application/announce.ts';
import { announceInOrder } from '../shared/runtime/bus.ts';
import { insertedItems } from '../shared/runtime/ledger-changes.ts';
import { followStream } from '../shared/runtime/stream.ts';
import { parseEntry } from '../shared/store/entries.ts';

/** Tells the bus of each new entry, in order. */
export const handler = followStream(changes =>
  announceInOrder(insertedItems(changes), item => item && entryAnnouncement(parseEntry(item))),
);
