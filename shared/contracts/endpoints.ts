import * as callers from './callers.ts';
import * as description from './description.ts';
import * as drivers from './drivers.ts';
import type { Endpoint } from './endpoint.ts';
import * as events from './events.ts';
import * as governance from './governance.ts';
import * as manageRankings from './manage-rankings.ts';
import * as merchants from './merchants.ts';
import * as privacy from './privacy.ts';
import * as program from './program.ts';
import * as rankings from './rankings.ts';
import * as reconciliations from './reconciliations.ts';
import * as redemptions from './redemptions.ts';
import * as rewards from './rewards.ts';
import * as statements from './statements.ts';
import * as wallet from './wallet.ts';

/** Every route of the platform. */
export const endpoints: readonly Endpoint[] = [
  events.postVolunteerEvents,
  events.getReceipt,
  events.postReversal,
  events.postAttestation,
  program.putRulebook,
  program.listRulebooks,
  program.getRulebook,
  drivers.putDriver,
  drivers.putConsent,
  wallet.getWallet,
  wallet.listEntries,
  merchants.putMerchant,
  merchants.listMerchants,
  rewards.putReward,
  rewards.postStock,
  rewards.listRewards,
  rewards.getReward,
  redemptions.postRedemption,
  redemptions.listRedemptions,
  redemptions.getRedemption,
  redemptions.postCancellation,
  redemptions.postConfirmation,
  redemptions.postReturn,
  statements.getStatement,
  reconciliations.listReconciliations,
  privacy.eraseDriver,
  privacy.exportDriver,
  governance.postAdjustment,
  governance.approveAdjustment,
  governance.rejectAdjustment,
  governance.getAdjustment,
  governance.listAdjustments,
  governance.listAudit,
  rankings.getRanking,
  rankings.getOwnRank,
  rankings.getProof,
  rankings.listVersions,
  rankings.listChanges,
  rankings.exportRanking,
  rankings.getCertificates,
  manageRankings.closeRanking,
  manageRankings.publishRanking,
  manageRankings.correctRanking,
  callers.putCaller,
  callers.getCaller,
  callers.listCallers,
  callers.disableCaller,
  callers.enableCaller,
  callers.rekeyCaller,
  description.getOpenApi,
];
