import { adjustmentFunctions } from './adjustments.ts';
import { apiFunctions } from './api.ts';
import { auditFunctions } from './audit.ts';
import { awardFunctions } from './awards.ts';
import { ledgerFunctions } from './ledger.ts';
import { peopleFunctions } from './people.ts';
import { privacyFunctions } from './privacy.ts';
import { programFunctions } from './program.ts';
import { rankingFunctions } from './ranking.ts';
import { reconcileFunctions } from './reconcile.ts';
import { redemptionFunctions } from './redemptions.ts';
import type { FunctionSpec } from './spec.ts';
import { statementFunctions } from './statements.ts';
import { walletFunctions } from './wallet.ts';

export { identityFunctionSpecs } from './people.ts';
export type { FunctionSpec } from './spec.ts';

/** Every function of the service stack. Which routes a function serves is in the contracts, as `servedBy`. */
export const functionSpecs = {
  ...awardFunctions,
  ...programFunctions,
  ...peopleFunctions,
  ...walletFunctions,
  ...privacyFunctions,
  ...adjustmentFunctions,
  ...auditFunctions,
  ...apiFunctions,
  ...redemptionFunctions,
  ...statementFunctions,
  ...reconcileFunctions,
  ...rankingFunctions,
  ...ledgerFunctions,
} as const satisfies Record<string, FunctionSpec>;

export type FunctionName = keyof typeof functionSpecs;
