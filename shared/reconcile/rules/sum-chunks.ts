import { added, type Sums } from './counterparty-differences.ts';

/** Sums cut into pieces that each fit into an item of a table, however many names there are. */
export type SumChunks = readonly Sums[];

/** As an upper bound, by the way DynamoDB reckons; an item may have 400 KB. One name alone always fits. */
export const chunkBytesMax = 64 * 1024;
const letterBytesMax = 3;
const numberBytesMax = 22;

/** Adds to the sums where they are; new names go to the end of the last chunk, and to a new one where it is full. */
export function addToChunks(
  before: SumChunks,
  more: Sums,
): { readonly chunks: SumChunks; readonly changed: ReadonlySet<number> } {
  const placeOf = new Map(before.flatMap((chunk, number) => Object.keys(chunk).map(name => [name, number])));
  const gains = new Map<number, Record<string, readonly number[]>>();
  let last = Math.max(0, before.length - 1);
  let bytes = bytesOf(before[last] ?? {});
  for (const [name, values] of Object.entries(more)) {
    let number = placeOf.get(name);
    if (number === undefined) {
      const own = bytesOf({ [name]: values });
      if (bytes > 0 && bytes + own > chunkBytesMax) {
        last += 1;
        bytes = 0;
      }
      bytes += own;
      number = last;
    }
    const gain = gains.get(number) ?? {};
    gain[name] = values;
    gains.set(number, gain);
  }
  const chunks = [...before];
  for (const [number, gain] of gains) chunks[number] = added(chunks[number] ?? {}, gain);
  return { chunks, changed: new Set(gains.keys()) };
}

export function mergeChunks(chunks: SumChunks): Sums {
  return Object.assign({}, ...chunks);
}

function bytesOf(sums: Sums): number {
  return Object.entries(sums).reduce(
    (sum, [name, values]) => sum + name.length * letterBytesMax + values.length * numberBytesMax,
    0,
  );
}
