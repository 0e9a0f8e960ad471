import {
  changesAccounts,
  on,
  publishesToBus,
  requeuesEvents,
  settlesOverdueHolds,
  writesAudit,
} from './grants.ts';
import { type FunctionSpec, http } from './spec.ts';

export const awardFunctions = {
  'receive-events': {
    ...http,
    purpose: 'Accepts volunteer events from platforms',
    ifItFails: 'Platforms cannot hand in events. They retry, and drivers get their points late.',
    grants: [publishesToBus],
  },
  receipts: {
    ...http,
    purpose: 'Shows what an event earned, and why',
    ifItFails: 'Platforms cannot see what their events earned. Points are not affected.',
    grants: [on('ledger', 'batchGet'), on('conflicts', 'query')],
  },
  'reverse-award': {
    ...http,
    purpose: 'Reverses an award',
    ifItFails: 'Organizers and platforms cannot reverse wrong awards.',
    grants: [changesAccounts, settlesOverdueHolds, on('conflicts', 'query'), writesAudit],
  },
  'attest-event': {
    ...http,
    purpose: 'Records whether a pending event took place',
    ifItFails: 'Stations cannot attest events, so drivers wait for those points. They have 14 days for it.',
    grants: [
      changesAccounts,
      settlesOverdueHolds,
      on('ledger', 'query:byDriver'),
      on('attestations', 'query', 'update'),
      on('profiles', 'get'),
      on('program', 'query'),
      on('rankings', 'batchGet', 'check'),
      on('conflicts', 'query'),
      writesAudit,
    ],
  },
  'lapse-attestations': {
    memoryMb: 512,
    timeoutSeconds: 300,
    purpose: 'Declines events that were not attested in time',
    ifItFails: 'The ledger still lists unattested events as pending. Receipts already show them as declined.',
    grants: [changesAccounts, on('attestations', 'query:due', 'update')],
    schedule: 'rate(1 hour)',
  },
  'award-points': {
    memoryMb: 1024,
    timeoutSeconds: 60,
    purpose: 'Turns volunteer events into ledger entries',
    ifItFails: 'Drivers wait for their points. Nothing is lost: events stay in the queue for 14 days.',
    grants: [
      settlesOverdueHolds,
      changesAccounts,
      on('ledger', 'query:byDriver'),
      on('profiles', 'get', 'put'),
      on('program', 'query'),
      on('rankings', 'batchGet', 'check'),
      on('conflicts', 'put'),
      on('evidence', 'put', 'query', 'delete'),
      on('attestations', 'put'),
      requeuesEvents,
    ],
    worksOn: 'award-queue',
  },
} as const satisfies Record<string, FunctionSpec>;
