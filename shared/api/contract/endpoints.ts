import * as governance from '../../adjustments/contract/governance.ts';
import * as events from '../../awards/contract/events.ts';
import * as program from '../../awards/contract/rulebooks.ts';
import type { Endpoint } from '../../kernel/endpoint.ts';
import * as callers from '../../people/contract/callers.ts';
import * as drivers from '../../people/contract/drivers.ts';
import * as privacy from '../../people/contract/privacy.ts';
import * as merchants from '../../program/contract/merchants.ts';
import * as manageRankings from '../../ranking/contract/manage-rankings.ts';
import * as rankings from '../../ranking/contract/rankings.ts';
import * as reconciliations from '../../reconcile/contract/reconciliations.ts';
import * as redemptions from '../../redemptions/contract/redemptions.ts';
import * as rewards from '../../redemptions/contract/rewards.ts';
import * as statements from '../../statements/contract/statements.ts';
import * as wallet from '../../wallet/contract/wallet.ts';
import * as description from './description.ts';

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
