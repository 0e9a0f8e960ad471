import { awards } from './counted/awards.ts';
import { bundles } from './counted/bundles.ts';
import { dollars } from './counted/dollars.ts';
import { peers } from './counted/peers.ts';
import { rankings } from './counted/rankings.ts';
import { redemptions } from './counted/redemptions.ts';
import { awardCpu } from './measured/award-cpu.ts';
import { awardRate } from './measured/award-rate.ts';
import { profileChoices } from './measured/choices.ts';
import { peerRates } from './measured/peer-rates.ts';
import { platform } from './measured/platform.ts';
import { rankingBuild } from './measured/ranking-build.ts';
import { reference } from './measured/reference.ts';
import { start } from './measured/start.ts';
import type { Part } from './report/result.ts';

export const parts: readonly Part[] = [
  awards,
  redemptions,
  rankings,
  dollars,
  bundles,
  peers,
  awardRate,
  awardCpu,
  profileChoices,
  platform,
  reference,
  peerRates,
  start,
  rankingBuild,
];
