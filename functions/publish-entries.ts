import { parseEntry } from '../shared/ledger/store/entries.ts';
import { entryAnnouncement } from '../shared/ledger/use-cases/announce.ts';
import { announceInOrder } from '../shared/runtime/bus.ts';
import { insertedItems } from '../shared/runtime/ledger-changes.ts';
import { followStream } from '../shared/runtime/stream.ts';

/** Tells the bus of each new entry, in order. */
export const handler = followStream(changes =>
  announceInOrder(insertedItems(changes), item => item && entryAnnouncement(parseEntry(item))),
);
