import { marshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../../shared/dynamo/batch.ts';
import { itemBytes } from './item-bytes.ts';
import { accountOf, profileOf, type Resident, resident } from './paper-city.ts';

/** Items of the made-up city as they go over the wire. */
export interface Paper {
  readonly text: (index: number) => string;
  /** The size of each whole item, as DynamoDB reckons it; only the attributes that are asked for are sent. */
  readonly bytes: number;
}

const first = resident(0);
const account = accountOf(first);
const indexed = only(account, ['driverId', 'shard', 'sweepKey', 'standings']);
const profile = profileOf(0);

/** What `readAccounts`, `readIndexedStandings` and `readScopeSets` ask for. */
export const papers = {
  accounts: {
    text: template(only(account, ['driverId', 'seq', 'head', 'standings', 'latestMonth'])),
    bytes: itemBytes(account),
  },
  index: { text: template(indexed), bytes: itemBytes(indexed) },
  profiles: {
    text: template(only(profile, ['driverId', 'district', 'platformId', 'occupation'])),
    bytes: itemBytes(profile),
  },
} as const satisfies Record<string, Paper>;

function only(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(names.map(name => [name, item[name]]));
}

/** The text of the first driver's item, cut where others differ: many times faster than to make each anew. */
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

/** What differs between drivers, as it stands in the text. */
function marksOf({ driverId, score, minutes, head, shard }: Resident, index: number): string[] {
  return [driverId, head, `"N":"${score}"`, `"N":"${minutes}"`, `"shard":{"S":"${shard}"`, `-${index % 7}"`];
}
