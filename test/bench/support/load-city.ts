import { type Item, putAll } from '../../../shared/dynamo/batch.ts';
import type { Database } from '../../../shared/dynamo/client.ts';
import { accountOf, historyOf, profileOf, resident } from './generated-city.ts';

/** Writes the drivers of the generated city, with all their entries, to a real engine. */
export async function loadCity(database: Database, drivers: number): Promise<void> {
  await putAll(
    database,
    'accounts',
    each(drivers, index => [accountOf(resident(index))]),
  );
  await putAll(
    database,
    'profiles',
    each(drivers, index => [profileOf(index)]),
  );
  await putAll(
    database,
    'ledger',
    each(drivers, index => historyOf(resident(index)).map(entry => ({ ...entry }))),
  );
}

function* each(drivers: number, itemsOf: (index: number) => Item[]): Generator<Item> {
  for (let index = 0; index < drivers; index += 1) yield* itemsOf(index);
}
