import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { handler as Handler } from '../../../functions/receive-events.ts';
import { AwsDouble } from '../../support/aws-double.ts';
import { call } from '../../support/call.ts';
import { reference } from '../../support/reference.ts';

/** POST /v1/volunteer-events as the function itself answers, with a bus that counts. */

const bus = new AwsDouble();
let handler: typeof Handler;

beforeAll(async () => {
  await bus.start();
  ({ handler } = await import('../../../functions/receive-events.ts'));
});
afterAll(() => bus.stop());
beforeEach(() => {
  bus.onBus.length = 0;
  bus.requests = 0;
  bus.refuses = () => false;
});

const post = (body: unknown, as: Parameters<typeof call>[1]['as'] = 'platform rides') =>
  call(handler, { route: 'POST /v1/volunteer-events', as, body });

const good = {
  eventId: 'e-1',
  driverId: 'd-1',
  activity: 'hazard-report',
  occurredAt: '2024-03-10T08:00:00+08:00',
};

const eventsOnBus = () => bus.onBus.flatMap(({ Detail }) => JSON.parse(Detail).events);

describe('an event that is not one', () => {
  it.each([
    ['no eventId', { eventId: undefined }, '/eventId'],
    ['a space in an id', { eventId: 'a b' }, '/eventId'],
    ['129 characters', { driverId: 'x'.repeat(129) }, '/driverId'],
    ['another alphabet', { driverId: '司机' }, '/driverId'],
    ['half a character', { driverId: 'd\ud800' }, '/driverId'],
    ['a line break at the end', { driverId: 'd-1\n' }, '/driverId'],
    ['an object for an id', { driverId: { $ne: null } }, '/driverId'],
    ['minutes below 1', { minutes: 0 }, '/minutes'],
    ['minus zero minutes', { minutes: -0 }, '/minutes'],
    ['minutes above a day', { minutes: 1441 }, '/minutes'],
    ['half a minute', { minutes: 0.5 }, '/minutes'],
    ['minutes as text', { minutes: '60' }, '/minutes'],
    ['minutes that are null', { minutes: null }, '/minutes'],
    ['a huge integer', { minutes: 2 ** 60 }, '/minutes'],
    ['no offset', { occurredAt: '2026-03-10T08:00:00' }, '/occurredAt'],
    ['30 February', { occurredAt: '2026-02-30T08:00:00+08:00' }, '/occurredAt'],
    ['29 February of no leap year', { occurredAt: '2026-02-29T08:00:00+08:00' }, '/occurredAt'],
    ['24 o’clock', { occurredAt: '2026-03-10T24:00:00+08:00' }, '/occurredAt'],
    ['60 minutes', { occurredAt: '2026-03-10T08:60:00+08:00' }, '/occurredAt'],
    ['60 seconds', { occurredAt: '2026-03-10T08:00:60+08:00' }, '/occurredAt'],
    ['an offset of 25 hours', { occurredAt: '2026-03-10T08:00:00+25:00' }, '/occurredAt'],
    ['an offset without a colon', { occurredAt: '2026-03-10T08:00:00+0800' }, '/occurredAt'],
    ['a day alone', { occurredAt: '2026-03-10' }, '/occurredAt'],
    ['seconds since 1970', { occurredAt: 1_773_100_000 }, '/occurredAt'],
    ['an endless time', { occurredAt: `2026-03-10T08:00:00.${'0'.repeat(9000)}+08:00` }, '/occurredAt'],
    ['no activity', { activity: '' }, '/activity'],
    ['evidence over http', { evidence: ['http://photos.example/1'] }, '/evidence/0'],
    ['evidence without a host', { evidence: ['https://'] }, '/evidence/0'],
    ['evidence as a script', { evidence: ['javascript:alert(1)'] }, '/evidence/0'],
    ['evidence with half a character', { evidence: ['https://photos.example/\ud800'] }, '/evidence/0'],
    ['evidence with a line break', { evidence: ['https://photos.example/\n1'] }, '/evidence/0'],
    ['evidence of 513 characters', { evidence: [`https://a.example/${'x'.repeat(495)}`] }, '/evidence/0'],
    ['six pieces of evidence', { evidence: Array(6).fill('https://a.example/1') }, '/evidence'],
    ['points of its own', { points: 1_000_000 }, '/points'],
    ['a platform of its own', { platformId: 'express' }, '/platformId'],
    ['a name with a slash', { 'a/b~c': 1 }, '/a~1b~0c'],
    ['a constructor', { constructor: { prototype: {} } }, '/constructor'],
  ])('is refused at its place: %s', async (_, changes, pointer) => {
    const { status, body } = await post({ events: [{ ...good, ...changes }] });
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'invalid' });
    const pointers = body.errors.map((error: { pointer: string }) => error.pointer);
    expect([...new Set(pointers)]).toEqual([`/events/0${pointer}`]);
    expect(bus.requests).toBe(0);
  });

  it('is refused where it names a prototype', async () => {
    const text = `{"events":[${JSON.stringify(good).slice(0, -1)},"__proto__":{"minutes":60}}]}`;
    const { status, body } = await post(text);
    expect({ status, errors: body.errors }).toMatchObject({
      status: 422,
      errors: [{ pointer: '/events/0/__proto__' }],
    });
  });

  it.each(reference.bad.map(({ event }, index) => [index + 1, event] as const))(
    'is refused where it is line %i of bad.ndjson',
    async (_, event) => {
      const { status, body } = await post({ events: [event] });
      expect({ status, code: body.code, requestId: body.requestId }).toEqual({
        status: 422,
        code: 'invalid',
        requestId: 'request-1',
      });
      expect(body.errors.length).toBeGreaterThan(0);
      expect(body.results[0].problem.code).toMatch(/^(invalid|occurred-in-future)$/);
      expect(bus.requests).toBe(0);
    },
  );
});

describe('an event that looks odd and is one', () => {
  it.each([
    ['a number in exponents', JSON.stringify({ ...good, minutes: 7 }).replace('7', '6e1'), { minutes: 60 }],
    [
      'a name that comes twice: the last one counts',
      `{"minutes":5,${JSON.stringify({ ...good, minutes: 60 }).slice(1)}`,
      { minutes: 60 },
    ],
    [
      'an id that is a word of the language',
      JSON.stringify({ ...good, driverId: '__proto__', eventId: 'constructor' }),
      { driverId: '__proto__' },
    ],
    ['a leap day', JSON.stringify({ ...good, occurredAt: '2024-02-29T23:59:59.999999+14:00' }), {}],
    [
      'a photo with a Chinese name',
      JSON.stringify({ ...good, evidence: ['https://a.example/照片.jpg'] }),
      { evidence: ['https://a.example/照片.jpg'] },
    ],
  ])('is taken: %s', async (_, text, fields) => {
    const { status } = await post(`{"events":[${text}]}`);
    expect(status).toBe(202);
    expect(eventsOnBus()).toMatchObject([fields]);
  });

  it('is taken up to five minutes ahead of the clock', async () => {
    const ahead = (ms: number) => new Date(Date.now() + ms).toISOString();
    const soon = { ...good, occurredAt: ahead(4 * 60_000) };
    const later = { ...good, eventId: 'e-2', occurredAt: ahead(6 * 60_000) };
    const { status, body } = await post({ events: [soon, later] });
    expect(status).toBe(202);
    expect(body.results).toMatchObject([
      { index: 0, eventId: 'e-1', status: 'accepted' },
      { index: 1, eventId: 'e-2', status: 'rejected', problem: { code: 'occurred-in-future', status: 422 } },
    ]);
  });
});

describe('a request', () => {
  it('is answered in the order sent, and only what is valid goes on the bus', async () => {
    const { body } = await post({ events: [null, good, 7, { ...good, eventId: 'e-2' }] });
    expect(body.results.map((one: { status: string }) => one.status)).toEqual([
      'rejected',
      'accepted',
      'rejected',
      'accepted',
    ]);
    expect(body.results.map((one: { index: number }) => one.index)).toEqual([0, 1, 2, 3]);
    expect(eventsOnBus()).toEqual([good, { ...good, eventId: 'e-2' }]);
    await post({ events: [good] }, 'platform delivery');
    const platforms = bus.onBus.map(({ Detail }) => JSON.parse(Detail).platformId);
    expect(platforms).toEqual(['rides', 'delivery']);
    expect(bus.onBus[0]).toMatchObject({ Source: 'nuanxin.intake', DetailType: 'VolunteerEventsReceived' });
  });

  it('may come in base64', async () => {
    const body = Buffer.from(JSON.stringify({ events: [good] })).toString('base64');
    const answer = await call(handler, {
      route: 'POST /v1/volunteer-events',
      as: 'platform rides',
      body,
      isBase64: true,
    });
    expect(answer.status).toBe(202);
  });

  it.each([
    ['no body', undefined, 400, 'malformed'],
    ['null', 'null', 422, 'invalid'],
    ['text', '"events"', 422, 'invalid'],
    ['two documents', '{"events":[]} {}', 400, 'malformed'],
    ['NaN', '{"events":[NaN]}', 400, 'malformed'],
    ['a byte order mark', '\ufeff{"events":[]}', 400, 'malformed'],
    ['nesting', `{"events":${'[{"a":'.repeat(20_000)}1${'}]'.repeat(20_000)}}`, 400, 'malformed'],
    ['brackets in text, which do not nest', JSON.stringify({ events: ['[['.repeat(1000)] }), 422, 'invalid'],
    ['101 events', { events: Array(101).fill(good) }, 422, 'invalid'],
    ['no event', { events: [] }, 422, 'invalid'],
    ['an unknown field beside', { events: [good], note: 'x' }, 422, 'invalid'],
    ['a million digits', `{"events":[{"minutes":1${'0'.repeat(1_000_000)}}]}`, 413, 'too-large'],
    ['400,000 digits', `{"events":[{"minutes":1${'0'.repeat(400_000)}}]}`, 422, 'invalid'],
    ['1 MB in three-byte characters', JSON.stringify({ events: ['字'.repeat(350_000)] }), 413, 'too-large'],
  ])('is a problem, never a fault: %s', async (_, sent, status, code) => {
    const answer = await post(sent);
    expect(answer).toMatchObject({ status, body: { code, status, type: `urn:nuanxin:problem:${code}` } });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(bus.requests).toBe(0);
  });

  it('of 100 events with all their evidence fits, cut for the bus', async () => {
    const evidence = Array.from({ length: 5 }, (_, n) => `https://photos.example/${n}${'x'.repeat(480)}`);
    const events = Array.from({ length: 100 }, (_, n) => ({ ...good, eventId: `e-${n}`, evidence }));
    const { status, body } = await post({ events });
    expect(status).toBe(202);
    expect(new Set(body.results.map((one: { status: string }) => one.status))).toEqual(new Set(['accepted']));
    expect(eventsOnBus().map(({ eventId }) => eventId)).toEqual(events.map(({ eventId }) => eventId));
    for (const { Detail } of bus.onBus) expect(Buffer.byteLength(Detail)).toBeLessThan(240 * 1024);
  });

  it('from the wrong role, or from nobody, is let in by nobody', async () => {
    expect(await post({ events: [good] }, 'driver d-1')).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    expect(await post({ events: [good] }, 'organizer office')).toMatchObject({ status: 403 });
    expect(await post({ events: [good] }, 'platform no/id')).toMatchObject({ status: 403 });
    const nobody = await call(handler, { route: 'POST /v1/volunteer-events', body: { events: [good] } });
    expect(nobody).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(bus.requests).toBe(0);
  });
});

describe('a bus that fails', () => {
  const evidence = [
    `https://photos.example/${'x'.repeat(480)}`,
    ...Array(4).fill(`https://a.example/${'y'.repeat(490)}`),
  ];
  const many = Array.from({ length: 60 }, (_, n) => ({ ...good, eventId: `e-${n}`, evidence }));

  it('in a part is told event by event, though it answers 200', async () => {
    bus.refuses = detail => detail.includes('"e-59"');
    const { status, body } = await post({ events: [7, ...many] });
    expect(status).toBe(202);
    const taken = new Set(eventsOnBus().map(({ eventId }) => eventId));
    expect(taken.size).toBeGreaterThan(0);
    expect(taken.has('e-59')).toBe(false);
    for (const { index, eventId, status: said, problem } of body.results.slice(1)) {
      expect(said, `${index}`).toBe(taken.has(eventId) ? 'accepted' : 'rejected');
      if (said === 'rejected') expect(problem).toMatchObject({ code: 'try-again', status: 503 });
    }
  });

  it('wholly is 503, to be tried again', async () => {
    bus.refuses = () => true;
    const answer = await post({ events: [good, 7] });
    expect(answer).toMatchObject({ status: 503, body: { code: 'try-again' } });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.stringify(answer.body)).not.toContain('Throttling');
  });
});
