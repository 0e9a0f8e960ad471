import { appendsToArchive, on, publishesToBus } from './grants.ts';
import type { FunctionSpec } from './spec.ts';

const tampered = {
  above0: 'LedgerTampered',
  runbook: 'ledger-tampered',
  impact: 'A ledger entry was changed or deleted: what drivers earned may be forged.',
} as const;

export const ledgerFunctions = {
  'expire-points': {
    memoryMb: 512,
    timeoutSeconds: 900,
    purpose: 'Writes an expiry entry for each expired lot',
    ifItFails: 'Expired points stay in the ledger for longer. Drivers cannot spend them anyway.',
    grants: [on('ledger', 'put'), on('accounts', 'batchGet', 'put', 'update', 'query:standings')],
    schedule: 'cron(10 0 * * ? *)',
  },
  'publish-entries': {
    memoryMb: 256,
    timeoutSeconds: 30,
    purpose: 'Publishes every new ledger entry on the bus',
    ifItFails: 'Other systems learn late of awarded points.',
    grants: [publishesToBus],
    follows: 'ledger',
    alarms: [tampered],
  },
  'archive-entries': {
    memoryMb: 256,
    timeoutSeconds: 60,
    purpose: 'Copies every entry into the locked archive, where it cannot be overwritten',
    ifItFails:
      'New entries are not copied to the locked archive. After 24 hours the stream drops them and the copy has a gap.',
    grants: [appendsToArchive],
    follows: 'ledger',
    alarms: [tampered],
  },
} as const satisfies Record<string, FunctionSpec>;
