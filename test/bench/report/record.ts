import { type Origin, originAsText } from '../../support/evidence.ts';
import { asMarkdown, figuresAsMarkdown } from './render.ts';
import type { Part, Result } from './result.ts';

/** Everything that one run found. */
export interface BenchRecord {
  readonly quick: boolean;
  readonly origin: Origin;
  readonly parts: { readonly [id: string]: PartRecord };
}

export type PartRecord = Result & { readonly kind: Part['kind']; readonly rounds: number };

export function pageOf({ origin, quick, parts }: BenchRecord): string {
  const all = Object.values(parts);
  const tooMuch = all.flatMap(({ overBudget = [] }) => overBudget);
  return [
    '# Benchmark results',
    `_${originAsText(origin)}${quick ? ', quick run: the timings mean nothing' : ''}._`,
    ...(tooMuch.length > 0 ? ['**Over budget:**', tooMuch.map(sentence => `- ${sentence}`).join('\n')] : []),
    figuresAsMarkdown(all.flatMap(({ figures }) => figures)),
    ...all.flatMap(part => [
      ...part.tables.map(asMarkdown),
      part.kind === 'counted' ? '_Counted._' : `_Measured, ${part.rounds} rounds._`,
    ]),
  ].join('\n\n');
}
