import * as z from 'zod';
import { endpoint } from '../../kernel/endpoint.ts';
import { CursorKey, Month, Page, pageQuery } from '../../kernel/primitives.ts';

const Count = z.int().min(0);

/** Two things that do not say the same; the other fields are facts that lead to the place. */
const DifferenceView = z.looseObject({ difference: z.string() }).meta({
  id: 'Difference',
  examples: [{ difference: 'chain-broken', driverId: 'd-00274', seq: 18, entryId: 'award#rides#te-2318' }],
});

export const ReconciliationView = z
  .strictObject({
    startedAt: z.string(),
    finishedAt: z.string(),
    /** How many of each thing were looked at. */
    checked: z.record(z.string(), Count),
    differences: Count,
    byKind: z.record(z.string(), Count),
    /** The first of them; all are in the log. */
    first: z.array(DifferenceView),
  })
  .meta({ id: 'Reconciliation' });
export type ReconciliationView = z.infer<typeof ReconciliationView>;

/** A run that is not finished: what it has found, and where it goes on. */
export const StoredRun = z.object({
  startedAt: z.string(),
  cutoff: z.int(),
  phase: z.string(),
  /** By segment: the key after which to go on; empty at the start, null at the end. */
  positions: z.array(z.record(z.string(), z.union([z.string(), z.number()])).nullable()),
  /** The frozen rankings that were there at the start: what is looked at is the same for the whole run. */
  versions: z.array(
    z.object({ month: Month, version: z.int(), asOf: z.string(), build: z.string(), total: Count }),
  ),
  /** Which of the two places of each chunk of its sums counts. */
  places: z.array(z.union([z.literal(0), z.literal(1)])).readonly(),
  checked: z.record(z.string(), Count),
  byKind: z.record(z.string(), Count),
  first: z.array(DifferenceView),
});
export type StoredRun = z.infer<typeof StoredRun>;

export const StoredSums = z.object({ sums: z.record(z.string(), z.array(z.number()).readonly()) });

export const listReconciliations = endpoint({
  route: 'GET /v1/reconciliations',
  servedBy: 'reconciliations',
  summary: '对账结果 · What the nightly checks of all books have found, newest first',
  roles: ['organizer'],
  params: z.strictObject({}),
  query: z.strictObject(pageQuery),
  cursor: CursorKey,
  body: z.undefined(),
  answers: { 200: Page(ReconciliationView) },
  refusals: [],
});
