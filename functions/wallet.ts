import * as z from 'zod';
import { readWallet } from '../shared/application/wallet.ts';
import { getWallet, listEntries } from '../shared/contracts/wallet.ts';
import { entryView } from '../shared/domain/ledger.ts';
import { on, Rejection, reply, serve } from '../shared/runtime/http.ts';
import { decodeCursor, encodeCursor } from '../shared/runtime/page.ts';
import { openTables } from '../shared/runtime/wiring.ts';
import { entriesOf } from '../shared/store/entries.ts';

const database = openTables();
const SeqCursor = z.int().min(1);

export const handler = serve(
  on(getWallet, async ({ caller, params, now }) =>
    caller.id === params.driverId
      ? reply(200, await readWallet(database, params.driverId, now))
      : { refusal: 'not-found' },
  ),
  on(listEntries, async ({ caller, params, query }) => {
    if (caller.id !== params.driverId) return { refusal: 'not-found' };
    const below = decodeCursor(SeqCursor, query.cursor);
    if (below instanceof Rejection) return below;
    const { entries, nextBelowSeq } = await entriesOf(database, params.driverId, query.limit, below);
    const nextCursor = nextBelowSeq === null ? null : encodeCursor(nextBelowSeq);
    return reply(200, { items: entries.map(entryView), nextCursor });
  }),
);
