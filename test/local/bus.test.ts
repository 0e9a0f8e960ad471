import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Bus } from '../../local/events/bus.ts';
import { Queues } from '../../local/events/queues.ts';
import { createClock } from '../../local/state/clock.ts';
import { openState, type State } from '../../local/state/state.ts';
import type { Outcome } from '../../local/workers/function-pool.ts';

let folder: string;
let state: State;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nuanxin-bus-'));
  state = openState(folder);
});
afterEach(() => {
  vi.restoreAllMocks();
  state.close();
  rmSync(folder, { recursive: true, force: true });
});

const failed: Outcome = { ok: false, error: { errorType: 'Error', errorMessage: 'out of order' } };
const done: Outcome = { ok: true, payload: 'null' };

it('retries a delivery that becomes due while it queries for due deliveries', async () => {
  const outcomes = [failed, done];
  const times: number[] = [];
  let nowMs = 1000;
  vi.spyOn(Date, 'now').mockImplementation(() => nowMs);
  const clock = createClock(state);
  const bus = new Bus({
    state,
    clock,
    queues: new Queues(state, clock, new Map()),
    functions: {
      invoke: async () => {
        times.push(nowMs);
        return outcomes.shift() ?? done;
      },
    },
    models: new Map(),
    rules: [
      {
        id: 'all',
        bus: 'b',
        pattern: { source: ['s'] },
        targets: [{ kind: 'function', name: 'f', deadLetters: undefined }],
      },
    ],
    onProgress: () => {},
  });
  bus.put([{ bus: 'b', source: 's', detailType: 't', detail: {}, resources: [], time: undefined }]);
  await expect.poll(() => times).toEqual([1000]);

  // The first query runs a millisecond too early, and the time advances before the second.
  nowMs = 1249;
  vi.spyOn(Date, 'now').mockImplementation(() => Math.min(nowMs++, 1250));
  bus.wake();
  await expect.poll(() => times.length).toBe(2);
  expect(bus.pendingCount()).toBe(0);
  bus.close();
});
