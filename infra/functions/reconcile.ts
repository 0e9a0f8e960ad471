import { on } from './grants.ts';
import { type FunctionSpec, http } from './spec.ts';

export const reconcileFunctions = {
  reconcile: {
    memoryMb: 1024,
    timeoutSeconds: 900,
    purpose: 'Recomputes points, stock, statements and rankings each night and reports differences',
    ifItFails: 'The books are not checked: an error in points, stock or rankings would stay undetected.',
    grants: [
      on('accounts', 'scan', 'get'),
      on('ledger', 'scan', 'query:byDriver', 'batchGet'),
      on('rewards', 'scan'),
      on('stockAdjustments', 'query'),
      on('redemptions', 'scan', 'get'),
      on('rankings', 'scan', 'batchGet', 'get'),
      on('rankingBlocks', 'batchGet'),
      on('reconciliations', 'get', 'put'),
    ],
    schedule: 'cron(30 3 * * ? *)',
    continueSchedule: 'cron(10,30,50 4-7 * * ? *)',
    alarms: [
      {
        above0: 'ReconcileDifferences',
        runbook: 'books-differ',
        impact:
          'The books do not agree: points, stock or a ranking may be wrong, and people may see wrong numbers.',
      },
      { missing: 'ReconcileRunsFinished', forHours: 26, runbook: 'books-not-checked' },
    ],
  },
  reconciliations: {
    ...http,
    purpose: 'Shows the results of the nightly check',
    ifItFails: 'Organizers cannot see the results of the nightly check. They are also in the logs.',
    grants: [on('reconciliations', 'query')],
  },
} as const satisfies Record<string, FunctionSpec>;
