import { markdownTable, type Origin, originAsText } from '../support/evidence.ts';
import type { Layer } from './areas.ts';
import { type StrykerResult, scoreOf } from './stryker-report.ts';

export interface MutationRecord {
  readonly origin: Origin;
  readonly stryker: (StrykerResult & { readonly area: string; readonly layer: Layer })[];
  readonly patterns: PatternOutcome[];
}

interface PatternOutcome {
  readonly area: string;
  readonly pattern: string;
  /** File, line and change, for a person to read. */
  readonly place: string;
  /** Null if the mutant survived. */
  readonly killedBy: string | null;
}

export function survivedIn({ patterns }: MutationRecord): PatternOutcome[] {
  return patterns.filter(({ killedBy }) => killedBy === null);
}

export function pageOf(record: MutationRecord): string {
  const { origin, stryker, patterns } = record;
  const survivors = stryker.flatMap(one => one.survivors);
  const byPattern = [...Map.groupBy(patterns, ({ area, pattern }) => `${area}|${pattern}`).values()];
  return [
    '# Mutation results',
    `_${originAsText(origin)}._`,
    ...(stryker.length > 0
      ? [
          markdownTable([
            ['area', 'layer', 'mutants', 'survive', 'killed'],
            ...stryker.map(one => [
              one.area,
              one.layer,
              String(one.killed + one.survivors.length),
              String(one.survivors.length),
              `${scoreOf(one).toFixed(1)} %`,
            ]),
          ]),
        ]
      : []),
    ...(patterns.length > 0
      ? [
          markdownTable([
            ['area', 'pattern', 'mutants', 'survive'],
            ...byPattern.map(all => [
              all[0]?.area ?? '',
              all[0]?.pattern ?? '',
              String(all.length),
              String(all.filter(({ killedBy }) => killedBy === null).length),
            ]),
          ]),
          ...survivedIn(record).map(({ place }) => `- survived: ${place}`),
        ]
      : []),
    ...(survivors.length > 0
      ? [
          markdownTable([
            ['survivor', 'mutator', 'original', 'replacement', 'why no test can tell'],
            ...survivors.map(({ file, line, mutator, original, replacement, why }) => [
              `${file}:${line}`,
              mutator,
              code(original),
              code(replacement),
              why ?? '**not explained**',
            ]),
          ]),
        ]
      : []),
  ].join('\n\n');
}

function code(text: string): string {
  const short = text.replaceAll(/\s+/g, ' ');
  return `\`${short.length > 120 ? `${short.slice(0, 117)}…` : short}\``;
}
