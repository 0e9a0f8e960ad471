import { writeFileSync } from 'node:fs';
import { replayMonth } from '../shared/ranking/use-cases/replay.ts';
import { findTables } from './find-tables.ts';
import { refuse, wordsOf } from './words.ts';

const help = `npm run replay -- <month> [--version 1] [--out ranking.txt] [--tables .data]

Recomputes a version of a closed month from all entries of the ledger and compares it with the stored version, byte by byte.
Only the drivers' scopes are taken from the stored version. --out writes the text that the version's sha256 covers.
--tables is the data folder of a local platform (default DATA_DIR or .data), the address of a DynamoDB engine, or aws.`;

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
if (!month) refuse(help, 'The month is missing.');

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
    console.log(`✓ ${month} version ${version.version}: ${version.total} drivers, no differences`);
    console.log(`  sha256 ${sha256}`);
  }
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
