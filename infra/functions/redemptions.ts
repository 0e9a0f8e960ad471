import { changesAccounts, on, publishesToBus, readsCodeKeys, settlesOverdueHolds } from './grants.ts';
import { type FunctionSpec, http } from './spec.ts';

export const redemptionFunctions = {
  rewards: {
    ...http,
    purpose: 'Shows the rewards on offer',
    ifItFails: 'Drivers cannot see the rewards. Reservations are not affected.',
    grants: [on('program', 'get', 'query'), on('rewards', 'batchGet'), on('redemptions', 'query:due')],
  },
  redemptions: {
    ...http,
    purpose: 'Reserves rewards, cancels reservations and takes returns',
    ifItFails: 'Drivers cannot redeem points or cancel a reservation. Their points are not affected.',
    grants: [
      changesAccounts,
      on('program', 'get'),
      on('rewards', 'update', 'check'),
      on('redemptions', 'get', 'batchGet', 'put', 'update', 'query:byDriver', 'query:due'),
      readsCodeKeys,
    ],
  },
  'confirm-redemptions': {
    ...http,
    purpose: 'Confirms redemption codes when a reward is handed over',
    ifItFails: 'Shops and stations cannot hand over what drivers have reserved.',
    grants: [on('redemptions', 'update'), on('attempts', 'get', 'update'), readsCodeKeys],
  },
  'expire-redemptions': {
    memoryMb: 512,
    timeoutSeconds: 240,
    purpose: 'Expires overdue reservations and gives back points and stock',
    ifItFails: 'Overdue reservations block stock for longer. Wallets already show the points as free.',
    grants: [changesAccounts, settlesOverdueHolds],
    schedule: 'rate(5 minutes)',
  },
  'publish-redemptions': {
    memoryMb: 256,
    timeoutSeconds: 30,
    purpose: 'Publishes every change of a redemption on the bus',
    ifItFails: 'Other systems learn late of reservations, confirmations and returns. Nothing is lost.',
    grants: [publishesToBus],
    follows: 'redemptions',
  },
} as const satisfies Record<string, FunctionSpec>;
