import { entryView } from '../shared/ledger/rules/chain.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { openTables } from '../shared/runtime/wiring.ts';
import { getWallet, listEntries } from '../shared/wallet/contract/wallet.ts';
import { readHistory, readWallet } from '../shared/wallet/use-cases/wallet.ts';

const database = openTables();

export const handler = serve(
  on(getWallet, async ({ caller, params, now }) =>
    caller.id === params.driverId
      ? reply(200, await readWallet(database, params.driverId, now))
      : { refusal: 'not-found' },
  ),
  on(listEntries, async ({ caller, params, query, cursor, cursorAt }) => {
    if (caller.id !== params.driverId) return { refusal: 'not-found' };
    const history = await readHistory(database, params.driverId, query.limit, cursor);
    if ('refusal' in history) return history;
    const { entries, nextBelowSeq } = history;
    return reply(200, { items: entries.map(entryView), nextCursor: cursorAt(nextBelowSeq) });
  }),
);
