import type { Pattern } from './pattern.ts';

const other = { floor: 'ceil', ceil: 'floor' } as const;

/** Points and fen are whole numbers, rounded down: a driver never gets a part that was not earned. */
export const rounding: Pattern = {
  name: 'rounding',
  breaks: 'rounds up instead of down, or down instead of up',
  appliesTo: file => /^shared\/[^/]+\/rules\//.test(file),
  mutantsOf: (file, text) =>
    [...text.matchAll(/\bMath\.(floor|ceil)(?=\()/g)].map(({ index, 0: whole, 1: name }) => ({
      ...{ file, pattern: 'rounding', start: index, end: index + whole.length },
      replacement: `Math.${other[name as keyof typeof other]}`,
    })),
};
