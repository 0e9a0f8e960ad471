/** Named sums that a run accumulates page by page. Each name has a list of numbers. */
export type Sums = Readonly<Record<string, readonly number[]>>;

/** Adds two sums: by name, and element by element. */
export function addSums(sums: Sums, more: Sums): Sums {
  const all: Record<string, readonly number[]> = { ...sums };
  for (const [name, values] of Object.entries(more)) {
    const before = all[name] ?? [];
    all[name] = values.map((value, place) => value + (before[place] ?? 0));
  }
  return all;
}
