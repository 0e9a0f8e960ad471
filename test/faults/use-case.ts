import type { FunctionName } from '../../infra/functions/index.ts';
import type { Source } from './kinds/delivery-kinds.ts';
import type { Stage } from './stage/stage.ts';

/** One playing of a use case, on a stage on which it is played many times. */
export interface Run {
  readonly stage: Stage;
  /** Stands in every id of this run, and in none of another. */
  readonly tag: string;
  /** Counts up from 0 on one stage. */
  readonly number: number;
  /** A name of this run's own. */
  readonly id: (name: string) => string;
}

/** Something that the platform does for somebody, as the matrix plays it: once for each fault at each call. */
export interface UseCase {
  readonly name: string;
  /** The function whose calls, or deliveries, go wrong. */
  readonly breaks: FunctionName;
  /** From where it is called. */
  readonly source: Source;
  /** Messages of a queue come in any order, so that a driver's entries may stand in another: sums are the same. */
  readonly anyOrder?: true;
  /** What must be there before; nothing goes wrong yet. */
  readonly prepare?: (run: Run) => Promise<void>;
  /** What everybody does, until all of it is answered and worked off. Done again it must change nothing more. */
  readonly act: (run: Run) => Promise<unknown>;
  /** Words that differ from run to run besides the tag: the month that a run has for itself. */
  readonly own?: (number: number) => readonly string[];
  /** What else is compared, besides what bears the tag. */
  readonly see?: (run: Run) => Promise<readonly unknown[]>;
}

export function runOf(stage: Stage, number: number): Run {
  const tag = `r${String(number).padStart(4, '0')}r`;
  return { stage, tag, number, id: name => `${name}-${tag}` };
}
