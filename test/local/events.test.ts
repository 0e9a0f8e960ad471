import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FixturePlatform, startFixture } from './fixture/platform.ts';

let platform: FixturePlatform;
beforeAll(async () => {
  platform = await startFixture();
});
afterAll(() => platform.close());

const send = (body: object) => platform.call('POST', '/send', { body });
const drained = (deadLetters: number) => ({ drained: true, deadLetters });
const redrive = async () => (await platform.call('POST', '/_local/redrive')).body;

it('delivers an event from the bus to the queues of matching rules and on to their functions', async () => {
  const { body } = await platform.call('POST', '/put-events', {
    details: [
      { to: 'queue', id: 'b1' },
      { to: 'no-rule', id: 'b2' },
      { to: 'queue', id: 'b3' },
    ],
  });
  expect(body).toMatchObject({ FailedEntryCount: 0 });
  expect(await platform.drain()).toEqual(drained(0));
  expect(await platform.workItem('b1')).toMatchObject({ tries: 1 });
  expect(await platform.workItem('b2')).toBeUndefined();
  expect(await platform.workItem('b3')).toMatchObject({ tries: 1 });
});

it('rejects only the bad entries of a PutEvents request', async () => {
  const details = ['not json', { to: 'queue', id: 'b4' }, '[]'];
  const { body } = await platform.call('POST', '/put-events', { details });
  expect(body).toMatchObject({
    FailedEntryCount: 2,
    results: [
      { ErrorCode: 'MalformedDetail' },
      { EventId: expect.any(String) },
      { ErrorCode: 'MalformedDetail' },
    ],
  });
  const elsewhere = await platform.call('POST', '/put-events', { details: [{}], bus: 'no-such-bus' });
  expect(elsewhere.body).toMatchObject({ results: [{ ErrorCode: 'ResourceNotFoundException' }] });
  await platform.drain();
  expect(await platform.workItem('b4')).toMatchObject({ tries: 1 });
});

it('retries the delivery of an event to a function, then sends it to the dead-letter queue', async () => {
  const details = [
    { to: 'function', id: 'f1', failures: 1 },
    { to: 'function', id: 'f2', failures: 9 },
  ];
  await platform.call('POST', '/put-events', { details });
  expect(await platform.drain()).toEqual(drained(1));
  expect(await platform.workItem('react f1')).toMatchObject({ tries: 2 });
  expect(await platform.workItem('react f2')).toMatchObject({ tries: 2 });
  // The event came from a rule, so a redrive has no queue to send it back to.
  expect(await redrive()).toEqual({ moved: 0, kept: 1 });
});

it('retries only the failed messages of a batch', async () => {
  await platform.call('POST', '/send-batch', {
    bodies: [{ id: 'p1' }, { id: 'p2', failures: 1 }, { id: 'p3' }],
  });
  await platform.drain();
  expect(await platform.workItem('p1')).toMatchObject({ tries: 1 });
  expect(await platform.workItem('p2')).toMatchObject({ tries: 2, received: 2 });
  expect(await platform.workItem('p3')).toMatchObject({ tries: 1 });
});

it('dead-letters a message after maxReceiveCount receives, and redrives it on request', async () => {
  await send({ id: 'd1', failures: 3 });
  expect(await platform.drain()).toEqual(drained(2));
  expect(await platform.workItem('d1')).toMatchObject({ tries: 3, received: 3 });
  expect(await redrive()).toEqual({ moved: 1, kept: 1 });
  // The redriven message starts with a receive count of 0, so it fails three more times.
  expect(await platform.drain()).toEqual(drained(2));
  expect(await platform.workItem('d1')).toMatchObject({ tries: 6, received: 3 });
});

it.each([
  ['an error', { error: true }],
  ['a response that names no message of the batch', { malformed: true }],
])('retries the whole batch after %s', async (name, how) => {
  await platform.call('POST', '/send-batch', {
    bodies: [{ id: `whole ${name}` }, { id: `bad ${name}`, ...how }],
  });
  await platform.drain();
  expect(await platform.workItem(`bad ${name}`)).toMatchObject({ tries: 3 });
  expect(await platform.workItem(`whole ${name}`)).toMatchObject({
    tries: expect.toSatisfy(tries => tries > 1),
  });
});

it('hides a delayed message for its delay in real time, even if the clock is set forward', async () => {
  await platform.call('POST', '/send', { body: { id: 'late' }, delaySeconds: 3 });
  await platform.call('PUT', '/_local/clock', { now: '2030-01-01T00:00:00Z' });
  const { body } = await platform.call('POST', '/count-messages');
  expect(body).toMatchObject({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '1',
  });
  expect(await platform.workItem('late')).toBeUndefined();
  await platform.drain();
  expect(await platform.workItem('late')).toMatchObject({ tries: 1 });
  await platform.call('PUT', '/_local/clock', { now: null });
});
