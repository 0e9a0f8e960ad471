import { afterAll, beforeAll } from 'vitest';
import { describeBrowsers } from './doors/browsers.ts';
import { describeDeadLetters } from './doors/dead-letters.ts';
import { describeGrants } from './doors/grants.ts';
import { describeRequestIds } from './doors/request-ids.ts';
import { describeRubbish } from './doors/rubbish.ts';
import { type Running, startRunning } from './doors/running.ts';

/** One platform with the permissions and throttles of a deployment, shared by all tests of who may do what. */

let running: Running;
beforeAll(async () => {
  running = await startRunning();
}, 300_000);
afterAll(() => running?.close());

describeBrowsers(() => running);
describeRequestIds(() => running);
describeDeadLetters(() => running);
describeGrants(() => running);
describeRubbish(() => running);
