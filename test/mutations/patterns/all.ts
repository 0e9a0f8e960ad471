import { droppedClauses, movedBoundaries } from './conditions.ts';
import type { Pattern } from './pattern.ts';
import { rounding } from './rounding.ts';
import { swappedArguments } from './swapped-arguments.ts';
import { templateSwitches } from './template-switches.ts';

/** The breakages that Stryker does not make. */
export const patterns: readonly Pattern[] = [
  droppedClauses,
  movedBoundaries,
  swappedArguments,
  rounding,
  templateSwitches,
];
