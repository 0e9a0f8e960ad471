import type { UseCase } from '../use-case.ts';
import { awards } from './awards.ts';
import { governance } from './governance.ts';
import { rankings } from './rankings.ts';
import { reads } from './reads.ts';
import { redemptions } from './redemptions.ts';
import { streams } from './streams.ts';

/** Everything that the platform does and publishes. */
export const useCases: readonly UseCase[] = [
  ...awards,
  ...redemptions,
  ...governance,
  ...rankings,
  ...streams,
  ...reads,
];
