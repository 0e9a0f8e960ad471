import { marshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../../shared/dynamo/batch.ts';
import { accountOf, profileOf, type Resident, resident } from './generated-city.ts';
import { itemBytes } from './item-bytes.ts';

/** Items of the generated city in DynamoDB's JSON. */
export interface ItemTemplate {
  readonly text: (index: number) => string;
  /** Size of the complete item. Only the requested attributes are sent, but DynamoDB bills all of it. */
  readonly bytes: number;
}

const first = resident(0);
const account = accountOf(first);
const indexed = only(account, ['driverId', 'shard', 'sweepKey', 'standings']);
const profile = profileOf(0);

/** With the attributes that `readAccounts`, `readIndexedStandings` and `readScopeSets` request. */
export const itemTemplates = {
  accounts: {
    text: template(only(account, ['driverId', 'seq', 'head', 'standings', 'latestMonth'])),
    bytes: itemBytes(account),
  },
  index: { text: template(indexed), bytes: itemBytes(indexed) },
  profiles: {
    text: template(only(profile, ['driverId', 'district', 'platformId', 'occupation'])),
    bytes: itemBytes(profile),
  },
} as const satisfies Record<string, ItemTemplate>;

function only(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(names.map(name => [name, item[name]]));
}

/** Cuts the first driver's text where drivers differ: many times faster than building each text. */
function template(item: Item): (index: number) => string {
  const marks = marksOf(first, 0);
  const pattern = new RegExp(marks.map(mark => `(${mark})`).join('|'), 'g');
  const text = JSON.stringify(marshall(item));
  const holes = [...text.matchAll(pattern)].map(match =>
    match.slice(1).findIndex(group => group !== undefined),
  );
  const pieces = text.split(new RegExp(marks.join('|')));
  return index => {
    const values = marksOf(resident(index), index);
    return pieces.map((piece, at) => piece + (values[holes[at] ?? -1] ?? '')).join('');
  };
}

/** The parts of the text that differ between drivers. */
function marksOf({ driverId, score, minutes, head, shard }: Resident, index: number): string[] {
  return [driverId, head, `"N":"${score}"`, `"N":"${minutes}"`, `"shard":{"S":"${shard}"`, `-${index % 7}"`];
}
