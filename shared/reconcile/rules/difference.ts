import type { CounterpartyDifference } from './counterparty-differences.ts';
import type { DriverDifference } from './driver-differences.ts';
import type { RankingDifference } from './ranking-differences.ts';
import type { RedemptionDifference } from './redemption-differences.ts';
import type { StockDifference } from './stock-differences.ts';

/**
 * A contradiction between two records, with the facts that help to find it: ids, numbers and fields, but no personal
 * data.
 */
export type Difference =
  | DriverDifference
  | CounterpartyDifference
  | RedemptionDifference
  | StockDifference
  | RankingDifference;
