import { readFileSync } from 'node:fs';

const folder = new URL('../data/reference/', import.meta.url);

function text(file: string): string {
  return readFileSync(new URL(file, folder), 'utf8');
}

function lines<T>(file: string): T[] {
  return text(file)
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as T);
}

export interface Arrival {
  readonly platformId: string;
  readonly arrivedAt: string;
  readonly event: { readonly eventId: string; readonly driverId: string };
}

interface Row {
  readonly rank: number;
  readonly driverId: string;
  readonly score: number;
  readonly minutes: number;
}

export interface Expected {
  readonly now: string;
  readonly uniqueEvents: number;
  readonly deliveries: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly balances: Readonly<Record<string, number>>;
  readonly minutes: Readonly<Record<string, number>>;
  readonly scores: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly rankings: Readonly<Record<string, Readonly<Record<string, readonly Row[]>>>>;
  readonly outcomes: Readonly<Record<string, { readonly status: string; readonly granted: number }>>;
  readonly declined: Readonly<Record<string, string>>;
}

/** What a city's platforms send in seven weeks, and what must come of it; see test/data/README.md. */
export const reference = {
  rulebooks: JSON.parse(text('rulebooks.json')) as { version: number }[],
  drivers: JSON.parse(text('drivers.json')) as { driverId: string; platformId: string }[],
  events: lines<Arrival>('events.ndjson'),
  conflicts: lines<Omit<Arrival, 'arrivedAt'>>('conflicts.ndjson'),
  reversals: lines<{ platformId: string; eventId: string; reason: string }>('reversals.ndjson'),
  bad: lines<{ platformId: string; event: unknown }>('bad.ndjson'),
  expected: JSON.parse(text('expected.json')) as Expected,
};
