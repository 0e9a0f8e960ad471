import { createHash } from 'node:crypto';
import type { EntryView } from '../shared/ledger/rules/chain.ts';
import { checkChain } from './check-chain.ts';
import { client, everyItem, localToken } from './client.ts';
import { refuse, wordsOf } from './words.ts';

const help = `npm run verify-entries -- <driverId> [--url http://127.0.0.1:3000] [--token <token of that driver>]

Reads all entries of a driver through the API and checks, without trusting the server, that they count 1, 2, 3, …
without a gap, that each balance follows from the one before, and that each hash covers its entry and the hash
before it. The rule stands in docs/hash-chain.md. Without --token one of the local runtime is asked for.`;

const { values, positionals } = wordsOf(
  help,
  { url: { type: 'string' }, token: { type: 'string' } },
  { allowPositionals: true },
);
const [driverId] = positionals;
if (!driverId) refuse(help, 'Whose entries?');

const url = values.url ?? `http://127.0.0.1:${process.env.PORT ?? 3000}`;
try {
  const token = values.token ?? (await localToken(url, 'driver', driverId));
  const driver = client(url, token);
  const newestFirst = await everyItem<EntryView>(driver, `/v1/drivers/${driverId}/entries`);
  const faults = checkChain(driverId, newestFirst.reverse(), text =>
    createHash('sha256').update(text).digest('hex'),
  );
  for (const fault of faults) console.error(`✗ ${fault}`);
  const head = newestFirst.at(-1);
  if (faults.length > 0) process.exitCode = 1;
  else {
    console.log(
      `✓ ${driverId}: ${newestFirst.length} entries, 1 to ${newestFirst.length} without a gap, chained`,
    );
    if (head) console.log(`  balance ${head.balance}, head ${head.hash}`);
  }
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
