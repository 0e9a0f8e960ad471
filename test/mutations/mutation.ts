/** A small breakage of code that carries a guarantee. Some test must fail by it. */
export interface Mutation {
  readonly file: string;
  /** What is lost by it, in a few words. */
  readonly breaks: string;
  /** Stands in the file exactly once. */
  readonly old: string;
  readonly now: string;
  /** The test files that ought to catch it, the likeliest first. */
  readonly tests: readonly string[];
}

type InFile = Omit<Mutation, 'file' | 'tests'> & Partial<Pick<Mutation, 'tests'>>;

/** The mutations of one file; `tests` catch those that name none of their own. */
export function of(file: string, tests: readonly string[], mutations: readonly InFile[]): Mutation[] {
  return mutations.map(mutation => ({ file, tests, ...mutation }));
}

/** The file's text with the mutation in it. */
export function mutated(text: string, { file, old, now }: Mutation): string {
  const places = text.split(old).length - 1;
  if (places !== 1) throw new Error(`${JSON.stringify(old)} stands ${places} times in ${file}`);
  return text.replace(old, () => now);
}
