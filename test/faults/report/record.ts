import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { useCases } from '../use-cases/all.ts';
import type { Facts, KeptRow, Results, Row } from './results.ts';

const parts = ['forever', 'mixtures', 'load', 'rubbish'] as const;
type PartName = (typeof parts)[number];

/** docs/faults.json: what the last run of each part has found, and on what it was made. */
export type FaultRecord = { readonly matrix?: readonly KeptRow[] } & {
  readonly [Name in PartName]?: { readonly on: Facts; readonly found: Results[Name] };
};

const file = new URL('../../../docs/faults.json', import.meta.url);

export function readRecord(): FaultRecord {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as FaultRecord) : {};
}

/** Parts that were not played this time stay as they were; so do use cases, unless they are no more. */
export function keepRecord(results: Results): FaultRecord {
  const record = merged(readRecord(), results);
  writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`);
  return record;
}

export function merged(before: FaultRecord, results: Results): FaultRecord {
  const { seed, date, commit, node, cores, seconds } = results;
  const on: Facts = { seed, date, commit, node, cores, seconds };
  const played = parts.filter(name => results[name].length > 0);
  const found = Object.fromEntries(played.map(name => [name, { on, found: results[name] }]));
  const rows = results.matrix.map((row: Row): KeptRow => ({ ...row, on }));
  return { ...before, ...found, matrix: rowsOf(before.matrix ?? [], rows) };
}

function rowsOf(before: readonly KeptRow[], played: readonly KeptRow[]): KeptRow[] {
  const byName = new Map([...before, ...played].map(row => [row.useCase, row]));
  return useCases.flatMap(({ name }) => byName.get(name) ?? []);
}
