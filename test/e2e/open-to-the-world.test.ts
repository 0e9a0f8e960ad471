import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Config, configs } from '../../infra/config.ts';
import { type Platform, startPlatform } from '../../infra/local/platform.ts';
import { synthesise } from '../../infra/synthesise.ts';
import { localToken } from '../../tools/client.ts';
import { findTables } from '../../tools/find-tables.ts';
import { planting } from '../support/plant.ts';
import { talkTo } from '../support/platform.ts';

/** What a gateway says to browsers and to those who ask too often, and what a request is known by from end to end. */

const page = 'https://pages.example';
const slowRoute = 'GET /v1/rewards/{rewardId}';
const config: Config = {
  ...configs.dev,
  browserOrigins: [page],
  throttle: { ratePerSecond: 500, burst: 500, routes: { [slowRoute]: { ratePerSecond: 1, burst: 3 } } },
};

const folder = mkdtempSync(join(tmpdir(), 'nuanxin-open-'));
const dataDir = join(folder, 'data');
let platform: Platform;
let rides: string;
beforeAll(async () => {
  process.env.CDK_VALIDATION = 'false';
  const assembly = () => synthesise(join(folder, 'assembly'), config);
  platform = await startPlatform({ assembly, dataDir, schedules: false, throttles: true });
  rides = await localToken(platform.url, 'platform', 'rides');
}, 60_000);
afterAll(async () => {
  await platform.close();
  rmSync(folder, { recursive: true, force: true });
});

function ask(method: string, path: string, headers: Record<string, string> = {}, body?: object) {
  const sent = body ? { body: JSON.stringify(body) } : {};
  return fetch(`${platform.url}${path}`, { method, headers, ...sent });
}

const bearer = () => ({ authorization: `Bearer ${rides}` });

describe('a browser', () => {
  it('is told to keep nothing, to guess nothing, and to run and frame nothing', async () => {
    const answers = await Promise.all([
      ask('GET', '/v1/rewards'),
      ask('GET', '/v1/rewards?limit=0'),
      ask('GET', '/v1/volunteer-events/unknown', bearer()),
      ask('POST', '/v1/volunteer-events', bearer(), { events: [] }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 422, 404, 422]);
    for (const { headers } of answers) {
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
        'x-content-type-options': 'nosniff',
      });
    }
  });

  it('may call from the pages that the configuration names, without having a token yet', async () => {
    const asked = { origin: page, 'access-control-request-method': 'POST' };
    const { status, headers } = await ask('OPTIONS', '/v1/redemptions', asked);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(page);
    expect(headers.get('access-control-allow-methods')?.split(',')).toContain('POST');
    expect(headers.get('access-control-allow-headers')?.split(',')).toContain('idempotency-key');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    const answer = await ask('GET', '/v1/rewards', { origin: page });
    expect(answer.headers.get('access-control-allow-origin')).toBe(page);
    const refusal = await ask('GET', '/v1/merchants', { origin: page });
    expect(refusal.status).toBe(401);
    expect(refusal.headers.get('access-control-allow-origin')).toBe(page);
  });

  it('may not from any other', async () => {
    for (const origin of ['https://elsewhere.example', 'null', `${page}.elsewhere.example`]) {
      for (const method of ['OPTIONS', 'GET']) {
        const { headers } = await ask(method, '/v1/rewards', { origin });
        expect(headers.get('access-control-allow-origin')).toBeNull();
      }
    }
  });
});

describe('who asks too often', () => {
  it('is told to slow down on that route, and is served on the others', async () => {
    const answers = await Promise.all(Array.from({ length: 9 }, () => ask('GET', '/v1/rewards/cup')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(4);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(3);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask('GET', '/v1/rewards')).status).toBe(200);
  });
});

/** Lines of a function's log with this request's id. */
function logged(name: string, requestId: string): Record<string, unknown>[] {
  const functionName = [...platform.model.functions.keys()].find(key =>
    new RegExp(`-${name.replaceAll('-', '')}function`).test(key),
  );
  const text = readFileSync(join(dataDir, 'logs', `${functionName}.log`), 'utf8');
  return text
    .split('\n')
    .filter(line => line.includes(requestId))
    .map(line => JSON.parse(line));
}

describe('a request', () => {
  it('is known by one id: to its caller, on the bus, and in the log of what came of its events', async () => {
    const occurredAt = new Date(Date.now() - 3_600_000).toISOString();
    const event = { eventId: 'e-1', driverId: 'd-1', activity: 'report', occurredAt };
    const { status, headers } = await ask('POST', '/v1/volunteer-events', bearer(), { events: [event] });
    expect(status).toBe(202);
    const requestId = headers.get('x-request-id') ?? '';
    expect(requestId).toBe(headers.get('apigw-requestid'));
    await talkTo(platform.url).drain();
    expect(logged('award-points', requestId)).toMatchObject([
      { message: 'events worked on', requestId, platformId: 'rides', events: 1, failed: 0 },
    ]);
  });

  it('that fails through our fault is told by the id under which the log says why', async () => {
    const database = await findTables(platform.tablesEndpoint);
    await planting(database).put('ledger', { entryId: 'award#rides#torn', driverId: 'd-2' });
    const answer = await ask('GET', '/v1/volunteer-events/torn', bearer());
    expect(answer.status).toBe(503);
    const { code, requestId } = (await answer.json()) as { code: string; requestId: string };
    expect(code).toBe('try-again');
    expect(logged('receipts', requestId)).toMatchObject([
      { level: 'ERROR', message: 'request failed', requestId, error: { name: 'ZodError' } },
    ]);
  });
});
