import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localToken } from '../../tools/client.ts';
import type { TestPlatform } from '../support/platform.ts';
import { reference } from '../support/reference.ts';
import { startTestPlatform } from '../support/start-platform.ts';

let platform: TestPlatform;
let token: string;

beforeAll(async () => {
  platform = await startTestPlatform();
  await platform.setClock('2026-04-02T12:00:00+08:00');
  token = await localToken(platform.url, 'platform', 'hongcheng-rides');
});
afterAll(() => platform.close());

async function post(body: string, bearer = token) {
  const response = await fetch(`${platform.url}/v1/volunteer-events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
    body,
  });
  const problem = (await response.json()) as { code: string; status: number; requestId: string };
  return { status: response.status, type: response.headers.get('content-type') ?? '', problem };
}

const good = {
  eventId: 'good',
  driverId: 'd-good',
  activity: 'hazard-report',
  occurredAt: '2026-04-01T08:00:00+08:00',
};

describe('rubbish gets a problem and leaves no trace', () => {
  it.each(reference.bad.map(({ event }, line) => ({ line: line + 1, event })))(
    'line $line of bad.ndjson',
    async ({ event }) => {
      const answer = await post(JSON.stringify({ events: [event] }));
      expect(answer).toMatchObject({ status: 422, problem: { code: 'invalid', status: 422 } });
    },
  );

  it.each([
    ['no JSON', '{', 400, 'malformed'],
    ['no body', '', 400, 'malformed'],
    ['no object', '[]', 422, 'invalid'],
    ['no events', '{"events":[]}', 422, 'invalid'],
    ['101 events', JSON.stringify({ events: Array(101).fill(good) }), 422, 'invalid'],
    ['an unknown field', JSON.stringify({ events: [good], extra: 1 }), 422, 'invalid'],
    ['deep nesting', `{"events":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 400, 'malformed'],
    ['a number of 400,000 digits', `{"events":[{"minutes":${'9'.repeat(400_000)}}]}`, 422, 'invalid'],
    ['a number of a million digits', `{"events":[{"minutes":${'9'.repeat(1_000_000)}}]}`, 413, 'too-large'],
    ['1 MB', JSON.stringify({ events: ['x'.repeat(1_000_000)] }), 413, 'too-large'],
    ['a prototype', '{"events":[],"__proto__":{}}', 422, 'invalid'],
  ])('%s', async (_, body, status, code) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ status, problem: { code, status } });
    expect(answer.type).toContain('application/problem+json');
    expect(answer.problem.requestId).toBeTruthy();
  });

  it('from nobody, from the wrong role', async () => {
    expect(await post('{}', 'nonsense')).toMatchObject({ status: 401, problem: { code: 'unauthenticated' } });
    const driver = await localToken(platform.url, 'driver', 'd-good');
    expect(await post('{}', driver)).toMatchObject({ status: 403, problem: { code: 'forbidden' } });
  });

  it('beside a good event, which is taken', async () => {
    const response = await fetch(`${platform.url}/v1/volunteer-events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({
        events: [null, good, { ...good, eventId: 'ahead', occurredAt: '2027-01-01T00:00:00Z' }],
      }),
    });
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({
      results: [
        { index: 0, status: 'rejected', problem: { code: 'invalid' } },
        { index: 1, status: 'accepted', eventId: 'good' },
        { index: 2, status: 'rejected', problem: { code: 'occurred-in-future' } },
      ],
    });
  });

  it('and nothing of it was written', async () => {
    expect(await platform.drain()).toEqual({ drained: true, deadLetters: 0 });
    const sender = await platform.as('platform', 'hongcheng-rides');
    expect(await sender.get('/v1/volunteer-events/good')).toMatchObject({
      status: 'declined',
      reason: 'no-rulebook',
    });
    await expect(sender.get('/v1/volunteer-events/bad-1')).rejects.toMatchObject({ status: 404 });
    const driver = await platform.as('driver', 'd-00236');
    await expect(driver.get('/v1/drivers/d-00236')).rejects.toMatchObject({ status: 404 });
    const stranger = await platform.as('platform', 'another');
    await expect(stranger.get('/v1/volunteer-events/good')).rejects.toMatchObject({ status: 404 });
  });
});
