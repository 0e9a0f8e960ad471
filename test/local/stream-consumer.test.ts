import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Queues } from '../../local/events/queues.ts';
import { StreamConsumer, type StreamConsumerParts } from '../../local/events/stream-consumer.ts';
import { createClock } from '../../local/state/clock.ts';
import { openState } from '../../local/state/state.ts';
import { sequenceText } from '../../local/tables/stream-source.ts';

it('retries a record if it cannot store its position and the failure notice together', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nuanxin-stream-'));
  const state = openState(folder);
  const clock = createClock(state);
  const dead = { name: 'dead', arn: 'arn:dead', visibilityMs: 1000, delayMs: 0, redrive: undefined };
  const queues = new Queues(state, clock, new Map([['dead', dead]]));
  const position = sequenceText(1);
  let isFull = false;
  /** Number of failure notices at each attempt. */
  const noticesAtAttempts: number[] = [];
  const parts = {
    mapping: {
      ...{ id: 'm', table: 't', functionName: 'f', batchSize: 10, windowMs: 0, filters: [], maxRetries: 0 },
      ...{ bisects: false, failureQueue: 'dead', fromLatest: false, reportsItemFailures: false },
    },
    source: {
      read: async (_: string, after: string) =>
        after < position ? [{ dynamodb: { SequenceNumber: position, SizeBytes: 1 } }] : [],
    },
    state: {
      ...state,
      transaction: <T>(work: () => T) =>
        state.transaction(() => {
          const result = work();
          if (isFull) throw new Error('the disk is full');
          return result;
        }),
    },
    ...{ clock, queues, model: { arn: 'arn:f' }, drain: { isDraining: () => true } },
    functions: {
      invoke: async () => {
        noticesAtAttempts.push(queues.count('dead'));
        return { ok: false, error: { errorType: 'Error', errorMessage: 'poison' } };
      },
    },
    ...{ onProgress: () => {}, onIdle: () => {}, log: () => {} },
  } as unknown as StreamConsumerParts;
  const consumer = new StreamConsumer(parts);
  await consumer.open();
  isFull = true;
  consumer.wake();
  await expect.poll(() => noticesAtAttempts.length).toBe(1);
  await expect.poll(() => consumer.running).toBe(false);
  isFull = false;
  consumer.wake();
  await expect.poll(() => consumer.position).toBe(position);
  expect(noticesAtAttempts).toEqual([0, 0]);
  expect(queues.count('dead')).toBe(1);
  consumer.close();
  state.close();
  rmSync(folder, { recursive: true });
});
