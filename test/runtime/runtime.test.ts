import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { endpoint } from '../../shared/kernel/endpoint.ts';
import type * as AwardQueue from '../../shared/runtime/award-queue.ts';
import type * as Bus from '../../shared/runtime/bus.ts';
import { required } from '../../shared/runtime/environment.ts';
import { on, reply, serve } from '../../shared/runtime/http.ts';
import { parseJsonBody } from '../../shared/runtime/json-body.ts';
import { insertedItems } from '../../shared/runtime/ledger-changes.ts';
import { callerOf } from '../../shared/runtime/principal.ts';
import { type Change, followStream } from '../../shared/runtime/stream.ts';
import { AwsDouble } from '../support/aws-double.ts';
import { call, context } from '../support/call.ts';

/** What stands between the cloud and the use cases, by itself. */

const aws = new AwsDouble();
let bus: typeof Bus;
let awardQueue: typeof AwardQueue;
beforeAll(async () => {
  await aws.start();
  bus = await import('../../shared/runtime/bus.ts');
  awardQueue = await import('../../shared/runtime/award-queue.ts');
});
afterAll(() => aws.stop());
beforeEach(() => {
  aws.onBus.length = 0;
  aws.requests = 0;
  aws.refuses = () => false;
});

describe('a token', () => {
  const claims = { sub: 's-1', scope: 'openid wallet', driver_id: 'd-1' };

  it('acts in a role by the scope and the claim of it, and by both alone', () => {
    expect(callerOf(claims, ['driver'])).toEqual({ role: 'driver', id: 'd-1' });
    expect(callerOf({ ...claims, scope: 'openid' }, ['driver'])).toBeUndefined();
    expect(callerOf({ ...claims, driver_id: undefined }, ['driver'])).toBeUndefined();
    expect(callerOf({ ...claims, driver_id: 'no id' }, ['driver'])).toBeUndefined();
    expect(callerOf({ ...claims, scope: ['wallet'] }, ['driver'])).toBeUndefined();
    expect(callerOf(claims, ['platform', 'organizer'])).toBeUndefined();
    expect(callerOf({ ...claims, platform_id: 'rides' }, ['platform'])).toBeUndefined();
  });

  it('may write its scopes behind the name of the resource server', () => {
    expect(callerOf({ ...claims, scope: 'https://api.example/wallet' }, ['driver'])).toMatchObject({
      id: 'd-1',
    });
  });
});

describe('a body', () => {
  it('is looked at for depth before it is parsed, strings left out', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseJsonBody(nested(16), false)).toHaveProperty('value');
    expect(parseJsonBody(nested(17), false)).toMatchObject({ refusal: 'malformed' });
    const text = JSON.stringify({ reason: `${'['.repeat(40)}\\"${'{'.repeat(40)}` });
    expect(parseJsonBody(text, false)).toEqual({ value: JSON.parse(text) });
  });
});

describe('a needed header', () => {
  it('is missed where it is not there', async () => {
    const route = endpoint({
      route: 'POST /v1/needs',
      servedBy: 'needs',
      summary: '',
      roles: ['driver'],
      params: z.strictObject({}),
      query: z.strictObject({}),
      body: z.undefined(),
      headers: { 'idempotency-key': z.string() },
      answers: { 200: z.strictObject({}) },
      refusals: [],
    });
    const handler = serve(on(route, async () => reply(200, {})));
    expect(await call(handler, { route: 'POST /v1/needs', as: 'driver d-1' })).toMatchObject({
      status: 422,
      body: { code: 'invalid', errors: [{ pointer: '#header/idempotency-key' }] },
    });
  });
});

it('a function without its variables does not start', () => {
  expect(() => required('NO_SUCH_VARIABLE')).toThrow('the environment lacks NO_SUCH_VARIABLE');
});

describe('the bus', () => {
  const event = (detail: unknown) => ({ source: 's', detailType: 't', detail });
  const many = Array.from({ length: 25 }, (_, number) => event({ number }));

  it('takes ten entries a request, and every one of them', async () => {
    expect(await bus.putEvents(many)).toEqual(many.map(() => true));
    expect(aws.requests).toBe(3);
    expect(aws.onBus.map(({ Detail }) => JSON.parse(Detail).number)).toEqual(many.map((_, number) => number));
  });

  it('takes no more bytes in a request than it may', async () => {
    const large = Array.from({ length: 3 }, () => event({ text: 'x'.repeat(bus.requestBytesMax / 2) }));
    expect(await bus.putEvents(large)).toEqual([true, true, true]);
    expect(aws.requests).toBe(3);
    expect(await bus.putEvents([event({ text: 'x'.repeat(2 * bus.requestBytesMax) })])).toEqual([true]);
  });

  it('that refuses an entry has not taken it, nor any where it cannot be reached', async () => {
    aws.refuses = text => text.includes('"number":3');
    expect(await bus.putEvents(many.slice(0, 5))).toEqual([true, true, true, false, true]);
    const url = process.env.AWS_ENDPOINT_URL_EVENTBRIDGE;
    process.env.BUS_NAME = '';
    await expect(bus.putEvents(many.slice(0, 1))).rejects.toThrow('BUS_NAME');
    process.env.BUS_NAME = 'bus';
    expect(url).toBeDefined();
  });

  it('is told in order: what it does not take holds up those behind it', async () => {
    const announcements = [event({ number: 1 }), undefined, event({ number: 2 }), event({ number: 3 })];
    expect(await bus.announceInOrder(announcements, one => one)).toBe(4);
    aws.refuses = text => text.includes('"number":2');
    expect(await bus.announceInOrder(announcements, one => one)).toBe(2);
    expect(await bus.announceInOrder([undefined, undefined], one => one)).toBe(2);
  });
});

describe('a stream', () => {
  const follow = async (done: number | Error) => {
    const handler = followStream(async () => {
      if (done instanceof Error) throw done;
      return done;
    });
    const Records = ['1', '2', '3'].map(SequenceNumber => ({ dynamodb: { SequenceNumber } }));
    const { batchItemFailures } = await handler({ Records } as DynamoDBStreamEvent, context());
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };

  it('comes back from the first change that is not done', async () => {
    expect(await follow(3)).toEqual([]);
    expect(await follow(1)).toEqual(['2']);
    expect(await follow(0)).toEqual(['1']);
    expect(await follow(new Error('a bug'))).toEqual(['1']);
  });

  it('hands items over as they were and are', async () => {
    const seen: (readonly Change[])[] = [];
    const handler = followStream(async changes => seen.push(changes) && changes.length);
    const NewImage = marshall({ entryId: 'e-1' });
    const OldImage = marshall({ entryId: 'e-0' });
    await handler(
      { Records: [{ dynamodb: { SequenceNumber: '1', OldImage, NewImage } }] } as never,
      context(),
    );
    expect(seen).toEqual([[{ sequenceNumber: '1', before: { entryId: 'e-0' }, after: { entryId: 'e-1' } }]]);
  });
});

it('an entry that was changed or deleted is no new entry', () => {
  const item = { entryId: 'e-1' };
  const change = (before: object | undefined, after: object | undefined): Change => ({
    sequenceNumber: '1',
    before: before as Change['before'],
    after: after as Change['after'],
  });
  const changes = [change(undefined, item), change(item, item), change(item, undefined)];
  expect(insertedItems(changes)).toEqual([item, undefined, undefined]);
});

it('what is pending is all that waits in the award queue and the dead letters before and behind it', async () => {
  aws.waiting = {
    awards: {
      ApproximateNumberOfMessages: 1,
      ApproximateNumberOfMessagesNotVisible: 10,
      ApproximateNumberOfMessagesDelayed: 100,
    },
    'award-dead-letters': { ApproximateNumberOfMessages: 1000 },
    'received-dead-letters': { ApproximateNumberOfMessages: 10_000 },
  };
  expect(await awardQueue.eventsPending()).toBe(11_111);
});
