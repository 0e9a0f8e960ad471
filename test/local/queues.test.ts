import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Queues } from '../../local/events/queues.ts';
import { createClock } from '../../local/state/clock.ts';
import { openState, type State } from '../../local/state/state.ts';
import type { QueueModel } from '../../local/template/model.ts';

const visibilityMs = 150;
const model = (name: string, redrive?: QueueModel['redrive']): [string, QueueModel] => [
  name,
  { name, arn: `arn:${name}`, visibilityMs, delayMs: 0, redrive },
];
const models = new Map([model('work', { queue: 'dead', maxReceiveCount: 2 }), model('dead'), model('plain')]);

let folder: string;
let state: State;
let queues: Queues;

function open() {
  state = openState(folder);
  queues = new Queues(state, createClock(state), models);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nuanxin-queues-'));
  open();
});
afterEach(() => {
  state.close();
  rmSync(folder, { recursive: true, force: true });
});

const take = (queue: string, limit = 10) => queues.receive(queue, limit, 1_000_000);
const takeLater = (queue: string) => expect.poll(() => take(queue), { interval: 10 });

it('hides what it handed out, until the visibility time-out', async () => {
  queues.send('plain', { body: 'a' });
  const [first] = take('plain');
  expect(first).toMatchObject({ body: 'a', received: 1 });
  expect(take('plain')).toEqual([]);
  expect(queues.count('plain')).toBe(1);
  await takeLater('plain').toMatchObject([
    { body: 'a', received: 2, firstReceivedAt: first?.firstReceivedAt },
  ]);
});

it('does not let a consumer delete what another has been given since', async () => {
  queues.send('plain', { body: 'a' });
  const late = take('plain');
  await takeLater('plain').toHaveLength(1);
  queues.settle('plain', late, []);
  expect(queues.count('plain')).toBe(1);
});

it('makes a dead letter of what was received too often and never settled', async () => {
  queues.send('work', { body: 'a' });
  await takeLater('work').toMatchObject([{ received: 1 }]);
  await takeLater('work').toMatchObject([{ received: 2 }]);
  await expect
    .poll(() => {
      take('work');
      return queues.count('dead');
    })
    .toBe(1);
  expect(queues.count('work')).toBe(0);
  expect(take('dead')).toMatchObject([{ body: 'a', received: 1 }]);
});

it('makes a dead letter of what has failed as often as it may, at once', async () => {
  queues.send('work', { body: 'a' });
  queues.settle('work', [], take('work'));
  expect(queues.count('dead')).toBe(0);
  let again = take('work');
  await expect.poll(() => again.push(...take('work')), { interval: 10 }).toBe(1);
  queues.settle('work', [], again);
  again = take('work');
  expect([again, queues.count('dead'), queues.count('work')]).toEqual([[], 1, 0]);
});

it('keeps everything over a restart, and what was in a hand is visible at once', () => {
  queues.send('plain', { body: 'a', attributes: { x: { DataType: 'String', StringValue: '1' } } });
  queues.send('plain', { body: 'b', delayMs: 60_000 });
  queues.send('plain', { body: 'c' });
  expect(take('plain', 1)).toMatchObject([{ body: 'a' }]);
  state.close();
  open();
  const again = take('plain').sort((a, b) => (a.body < b.body ? -1 : 1));
  expect(again).toMatchObject([
    { body: 'a', received: 1, attributes: { x: { StringValue: '1' } } },
    { body: 'c', received: 1 },
  ]);
  expect(queues.count('plain')).toBe(3);
});

it('makes no dead letter of what only our own end has cut off, however often', () => {
  queues.send('work', { body: 'a' });
  for (let end = 0; end < 5; end += 1) {
    expect(take('work')).toMatchObject([{ body: 'a', received: 1 }]);
    state.close();
    open();
  }
  expect(queues.count('dead')).toBe(0);
});

it('takes no more at once than a function can be given', () => {
  for (const body of ['x'.repeat(600), 'y'.repeat(600), 'z']) queues.send('plain', { body });
  expect(queues.receive('plain', 10, 1000)).toHaveLength(1);
  queues.send('plain', { body: 'w'.repeat(5000) });
  expect(queues.receive('plain', 10, 1000)).toHaveLength(2);
  expect(queues.receive('plain', 10, 1000)).toHaveLength(1); // too large alone is still handed out
});
