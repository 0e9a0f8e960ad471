import { makesVersions, on, publishesToBus, seesAwardQueue, verifiesTokens, writesAudit } from './grants.ts';
import { type FunctionSpec, http } from './spec.ts';

export const rankingFunctions = {
  rankings: {
    ...http,
    timeoutSeconds: 29,
    purpose: 'Shows, proves and exports rankings',
    ifItFails: 'Drivers and visitors cannot see the rankings.',
    grants: [
      on('rankings', 'get', 'batchGet', 'query'),
      on('rankingBlocks', 'batchGet'),
      on('profiles', 'batchGet'),
      on('ledger', 'query:byDriver'),
      verifiesTokens,
    ],
  },
  'manage-rankings': {
    memoryMb: 3008,
    timeoutSeconds: 29,
    purpose: 'Closes, publishes and corrects rankings',
    ifItFails: 'Organizers cannot close, publish or correct a month.',
    grants: [
      makesVersions,
      on('profiles', 'batchGet'),
      on('rankingBlocks', 'batchGet'), // to compare a correction with the version before it
      writesAudit,
      seesAwardQueue,
    ],
  },
  'close-month': {
    memoryMb: 3008,
    timeoutSeconds: 900,
    purpose: 'Closes the previous month, from the 3rd on',
    ifItFails: 'The month is not closed in time, and its best drivers are announced late.',
    grants: [makesVersions, seesAwardQueue],
    schedule: 'cron(0 2-23 3-31 * ? *)',
    alarms: [
      {
        above0: 'MonthClosingDelayed',
        runbook: 'month-not-closed',
        impact: 'The month cannot be closed while events wait. Its best drivers are announced late.',
      },
    ],
  },
  'refresh-rankings': {
    memoryMb: 3008,
    timeoutSeconds: 900,
    purpose: 'Updates the rankings of open months',
    ifItFails: 'Drivers see an outdated ranking.',
    grants: [
      on('accounts', 'query:standings'),
      on('rankings', 'get', 'batchGet'),
      makesVersions,
      on('rankingBlocks', 'batchGet'),
    ],
    schedule: ({ rankingRefreshMinutes: minutes }) => `rate(${minutes} minute${minutes === 1 ? '' : 's'})`,
  },
  'publish-rankings': {
    memoryMb: 256,
    timeoutSeconds: 30,
    purpose: 'Publishes closed, published and corrected rankings on the bus',
    ifItFails: 'Other systems learn late of closed and published rankings.',
    grants: [publishesToBus],
    follows: 'rankings',
  },
} as const satisfies Record<string, FunctionSpec>;
