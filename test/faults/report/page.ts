import { markdownTable, originAsText } from '../../support/evidence.ts';
import type { Results } from './results.ts';
import { legend, matrixTable, otherPartsTable } from './tables.ts';

/** The results as a Markdown page. */
export function pageOf(results: Results): string {
  const others = otherPartsTable(results);
  return [
    '# Fault results',
    `_${originAsText(results)}, seed ${results.seed}, ${results.seconds} s._`,
    `${results.faults} faults, ${results.different} differences.`,
    ...results.differences.map(({ useCase, kind, at, differences }) =>
      [`- **${useCase}**, ${kind}, at ${at}:`, ...differences.map(one => `  - ${one}`)].join('\n'),
    ),
    ...(results.matrix.length > 0
      ? [
          markdownTable([['', 'kind', 'what goes wrong'], ...legend()]),
          markdownTable(matrixTable(results.matrix)),
        ]
      : []),
    ...(others.length > 1 ? [markdownTable(others)] : []),
  ].join('\n\n');
}
