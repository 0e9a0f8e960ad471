import { writeFileSync } from 'node:fs';
import { replayMonth } from '../shared/ranking/use-cases/replay.ts';
import { findTables } from './find-tables.ts';
import { refuse, wordsOf } from './words.ts';

const help = `npm run replay -- <month> [--version 1] [--out ranking.txt] [--tables .data]

Folds all entries of the ledger again and compares what comes of it with a closed version of the month's ranking, byte by
byte. Nothing but which scopes a driver was in is taken from the version. --out writes the text that the digest covers.
--tables is the data folder of a platform that runs here (default DATA_DIR or .data), the address of an engine, or aws.`;

const { values, positionals } = wordsOf(
  help,
  {
    version: { type: 'string' },
    out: { type: 'string' },
    tables: { type: 'string' },
  },
  { allowPositionals: true },
);
const [month] = positionals;
if (!month) refuse(help, 'Which month?');

const differencesShown = 20;
try {
  const where = values.tables ?? process.env.DYNAMODB_ENDPOINT ?? process.env.DATA_DIR ?? '.data';
  const database = await findTables(where);
  const wanted = values.version === undefined ? undefined : Number(values.version);
  const { version, sha256, text, differences } = await replayMonth(database, month, wanted);
  if (values.out) writeFileSync(values.out, [...text()].join(''));
  for (const difference of differences.slice(0, differencesShown)) console.error(`✗ ${difference}`);
  if (differences.length > 0) {
    console.error(`✗ ${month} version ${version.version}: ${differences.length} differences`);
    process.exitCode = 1;
  } else {
    console.log(`✓ ${month} version ${version.version}: ${version.total} drivers, the same bytes`);
    console.log(`  sha256 ${sha256}`);
  }
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
