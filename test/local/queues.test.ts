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

const receive = (queue: string, limit = 10) => queues.receive(queue, limit, 1_000_000);
const receiveLater = (queue: string) => expect.poll(() => receive(queue), { interval: 10 });

it('hides a received message until the visibility time-out', async () => {
  queues.send('plain', { body: 'a' });
  const [first] = receive('plain');
  expect(first).toMatchObject({ body: 'a', receiveCount: 1 });
  expect(receive('plain')).toEqual([]);
  expect(queues.count('plain')).toBe(1);
  await receiveLater('plain').toMatchObject([
    { body: 'a', receiveCount: 2, firstReceivedAt: first?.firstReceivedAt },
  ]);
});

it('does not delete a message for a consumer if another has received it since', async () => {
  queues.send('plain', { body: 'a' });
  const late = receive('plain');
  await receiveLater('plain').toHaveLength(1);
  queues.settle('plain', late, []);
  expect(queues.count('plain')).toBe(1);
});

it('dead-letters a message that was received maxReceiveCount times and never settled', async () => {
  queues.send('work', { body: 'a' });
  await receiveLater('work').toMatchObject([{ receiveCount: 1 }]);
  await receiveLater('work').toMatchObject([{ receiveCount: 2 }]);
  await expect
    .poll(() => {
      receive('work');
      return queues.count('dead');
    })
    .toBe(1);
  expect(queues.count('work')).toBe(0);
  expect(receive('dead')).toMatchObject([{ body: 'a', receiveCount: 1 }]);
});

it('dead-letters a message at once when its last allowed receive fails', async () => {
  queues.send('work', { body: 'a' });
  queues.settle('work', [], receive('work'));
  expect(queues.count('dead')).toBe(0);
  let again = receive('work');
  await expect.poll(() => again.push(...receive('work')), { interval: 10 }).toBe(1);
  queues.settle('work', [], again);
  again = receive('work');
  expect([again, queues.count('dead'), queues.count('work')]).toEqual([[], 1, 0]);
});

it('keeps all messages over a restart and makes those in flight visible at once', () => {
  queues.send('plain', { body: 'a', attributes: { x: { DataType: 'String', StringValue: '1' } } });
  queues.send('plain', { body: 'b', delayMs: 60_000 });
  queues.send('plain', { body: 'c' });
  expect(receive('plain', 1)).toMatchObject([{ body: 'a' }]);
  state.close();
  open();
  const again = receive('plain').sort((a, b) => (a.body < b.body ? -1 : 1));
  expect(again).toMatchObject([
    { body: 'a', receiveCount: 1, attributes: { x: { StringValue: '1' } } },
    { body: 'c', receiveCount: 1 },
  ]);
  expect(queues.count('plain')).toBe(3);
});

it('does not count receives that a restart interrupted, however many', () => {
  queues.send('work', { body: 'a' });
  for (let restart = 0; restart < 5; restart += 1) {
    expect(receive('work')).toMatchObject([{ body: 'a', receiveCount: 1 }]);
    state.close();
    open();
  }
  expect(queues.count('dead')).toBe(0);
});

it('receives at most as many bytes as requested, but at least one message', () => {
  for (const body of ['x'.repeat(600), 'y'.repeat(600), 'z']) queues.send('plain', { body });
  expect(queues.receive('plain', 10, 1000)).toHaveLength(1);
  queues.send('plain', { body: 'w'.repeat(5000) });
  expect(queues.receive('plain', 10, 1000)).toHaveLength(2);
  expect(queues.receive('plain', 10, 1000)).toHaveLength(1); // a message above the limit is still received, alone
});
