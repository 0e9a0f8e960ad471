import * as z from 'zod';
import { entryView } from '../shared/ledger/rules/chain.ts';
import { on, Rejection, reply, serve } from '../shared/runtime/http.ts';
import { decodeCursor, encodeCursor } from '../shared/runtime/page.ts';
import { openTables } from '../shared/runtime/wiring.ts';
import { getWallet, listEntries } from '../shared/wallet/contract/wallet.ts';
import { readHistory, readWallet } from '../shared/wallet/use-cases/wallet.ts';

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
    const history = await readHistory(database, params.driverId, query.limit, below);
    if ('refusal' in history) return history;
    const { entries, nextBelowSeq } = history;
    const nextCursor = nextBelowSeq === null ? null : encodeCursor(nextBelowSeq);
    return reply(200, { items: entries.map(entryView), nextCursor });
  }),
);
