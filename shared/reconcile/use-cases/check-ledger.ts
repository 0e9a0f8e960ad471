import * as z from 'zod';
import { scanPage } from '../../dynamo/scan.ts';
import { counterpartyDifferences, counterpartySums } from '../rules/counterparty-differences.ts';
import type { Phase } from './phase.ts';

const entriesPerPage = 1000;

/** The fields that the sums need. An unreadable entry is reported with its driver; here it makes the sums differ. */
const Exchange = z.object({
  counterparty: z.string().catch('?'),
  points: z.int().catch(0),
  recordedAt: z.iso.datetime({ offset: true }).catch('1970-01-01T00:00:00Z'),
});

/** Compares the sums of the whole ledger with those of the drivers' histories, by counterparty. */
export const ledgerPhase: Phase = {
  name: 'ledger',
  segments: 8,
  page: async ({ database, cutoff, itemsPerPage }, segment, from) => {
    const { items, next } = await scanPage(database, 'ledger', segment, from, {
      limit: Math.min(entriesPerPage, itemsPerPage),
      consistent: false,
      attributes: Object.keys(Exchange.shape),
    });
    const sums = counterpartySums('ledger', Exchange.array().parse(items), cutoff);
    return { next, findings: { differences: [], sums, checked: {} } };
  },
  conclude: counterpartyDifferences,
};
