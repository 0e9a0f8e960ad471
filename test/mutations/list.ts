import { application } from './list/application.ts';
import { applicationBooks } from './list/application-books.ts';
import { applicationPeople } from './list/application-people.ts';
import { applicationRankings } from './list/application-rankings.ts';
import { applicationRedemptions } from './list/application-redemptions.ts';
import { functions } from './list/functions.ts';
import { local } from './list/local.ts';
import { rounding } from './list/rounding.ts';
import { runtime } from './list/runtime.ts';
import { storeReads } from './list/store-reads.ts';
import { storeRedemptions } from './list/store-redemptions.ts';
import { storeWrites } from './list/store-writes.ts';
import { swapped } from './list/swapped.ts';
import type { Mutation } from './mutation.ts';

/**
 * Every breakage that must be caught, from the tables upwards. Those of the rules are made by a program; it does not
 * know how to round up, or to swap arguments.
 */
export const mutations: readonly Mutation[] = [
  ...storeWrites,
  ...storeRedemptions,
  ...storeReads,
  ...application,
  ...applicationPeople,
  ...applicationRedemptions,
  ...applicationRankings,
  ...applicationBooks,
  ...runtime,
  ...functions,
  ...local,
  ...rounding,
  ...swapped,
];
