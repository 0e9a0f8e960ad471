import { addSums, type Sums } from './sums.ts';

/** Sums split into chunks, each small enough for one DynamoDB item. */
export type SumChunks = readonly Sums[];

/** An upper bound by DynamoDB's size rules, whose limit is 400 KB per item. A single name always fits. */
export const chunkBytesMax = 64 * 1024;
const characterBytesMax = 3;
const numberBytesMax = 22;

/** Adds sums. A known name stays in its chunk; a new name goes to the last chunk, or a new one if that is full. */
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
  for (const [number, gain] of gains) chunks[number] = addSums(chunks[number] ?? {}, gain);
  return { chunks, changed: new Set(gains.keys()) };
}

/** All sums in one object. */
export function mergeChunks(chunks: SumChunks): Sums {
  return Object.assign({}, ...chunks);
}

function bytesOf(sums: Sums): number {
  return Object.entries(sums).reduce(
    (sum, [name, values]) => sum + name.length * characterBytesMax + values.length * numberBytesMax,
    0,
  );
}
