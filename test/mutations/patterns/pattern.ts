import { parseAst } from 'vitest/node';

/** One small breakage of a source file. Some test must fail because of it. */
export interface Mutant {
  readonly file: string;
  readonly pattern: string;
  /** The part of the text that is replaced. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** Finds places by the shape of the code, never by a quoted line, so that moved or reworded code is still found. */
export interface Pattern {
  readonly name: string;
  /** What it does to the code, in one sentence. */
  readonly breaks: string;
  /** Whether it applies to a file; paths are relative to the project. */
  readonly appliesTo: (file: string) => boolean;
  readonly mutantsOf: (file: string, text: string) => Mutant[];
}

export function mutated(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

export function lineOf(text: string, { start }: Mutant): number {
  return text.slice(0, start).split('\n').length;
}

/** A node of the syntax tree (ESTree with TypeScript), as far as the patterns read it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

/** Every node of the file, with its ancestors, the nearest first. */
export function* nodesOf(text: string): Generator<{ node: Node; ancestors: readonly Node[] }> {
  yield* walk(parseAst(text, { lang: 'ts' }) as unknown as Node, []);
}

function* walk(
  node: Node,
  ancestors: readonly Node[],
): Generator<{ node: Node; ancestors: readonly Node[] }> {
  yield { node, ancestors };
  for (const child of Object.values(node).flat()) if (isNode(child)) yield* walk(child, [node, ...ancestors]);
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
