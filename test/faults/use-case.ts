import type { FunctionName } from '../../infra/functions/index.ts';
import type { Source } from './kinds/delivery-kinds.ts';
import type { Stage } from './stage/stage.ts';

/** One run of a use case; a stage plays many runs. */
export interface Run {
  readonly stage: Stage;
  /** Part of every id of this run, and of no other. */
  readonly tag: string;
  /** Counts up from 0 on one stage. */
  readonly number: number;
  /** Makes an id that is unique to this run. */
  readonly id: (name: string) => string;
}

/** A use case of the platform. The matrix plays it once for each fault at each call. */
export interface UseCase {
  readonly name: string;
  /** The function whose calls or deliveries fail. */
  readonly breaks: FunctionName;
  /** What invokes the function. */
  readonly source: Source;
  /** Queue messages come in any order, so the order of a driver's entries is not compared. */
  readonly anyOrder?: true;
  /** Prepares data, without faults. */
  readonly prepare?: (run: Run) => Promise<void>;
  /** Makes all requests until they are answered and processed. Repeating it must change nothing. */
  readonly act: (run: Run) => Promise<unknown>;
  /** Texts other than the tag that differ between runs, such as the run's own month. */
  readonly own?: (number: number) => readonly string[];
  /** Reads further views to compare. */
  readonly see?: (run: Run) => Promise<readonly unknown[]>;
}

export function runOf(stage: Stage, number: number): Run {
  const tag = `r${String(number).padStart(4, '0')}r`;
  return { stage, tag, number, id: name => `${name}-${tag}` };
}
