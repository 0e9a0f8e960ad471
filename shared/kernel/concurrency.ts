/**
 * Maps items with at most `concurrencyMax` calls at a time. After a failure no further call starts.
 *
 * @returns results in the order of the items
 */
export async function mapConcurrently<T, R>(
  items: Iterable<T>,
  concurrencyMax: number,
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  // All workers draw from one generator, and a `for` loop that throws ends it for the others.
  const queue = numbered(items);
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await map(item);
  };
  await Promise.all(Array.from({ length: concurrencyMax }, worker));
  return results;
}

function* numbered<T>(items: Iterable<T>): Generator<[index: number, item: T]> {
  let index = 0;
  for (const item of items) {
    yield [index, item];
    index += 1;
  }
}
