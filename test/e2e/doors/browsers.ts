import { describe, expect, it } from 'vitest';
import { asking, bearer } from './ask.ts';
import { page, type Running } from './running.ts';

/** Security headers, CORS and throttling of the gateway. */
export function describeBrowsers(running: () => Running): void {
  const ask = asking(running);

  describe('a browser', () => {
    it('sends headers that forbid caching, MIME sniffing, scripts and framing', async () => {
      const answers = await Promise.all([
        ask('GET', '/v1/rewards'),
        ask('GET', '/v1/rewards?limit=0'),
        ask('GET', '/v1/volunteer-events/unknown', bearer(running())),
        ask('POST', '/v1/volunteer-events', bearer(running()), { events: [] }),
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

    it('lets browsers call from configured origins, with a preflight that needs no token', async () => {
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

    it('sends no CORS header to any other origin', async () => {
      for (const origin of ['https://elsewhere.example', 'null', `${page}.elsewhere.example`]) {
        for (const method of ['OPTIONS', 'GET']) {
          const { headers } = await ask(method, '/v1/rewards', { origin });
          expect(headers.get('access-control-allow-origin')).toBeNull();
        }
      }
    });
  });

  describe('a caller above the rate limit', () => {
    it('answers 429 with Retry-After on a throttled route and 200 on others', async () => {
      const answers = await Promise.all(Array.from({ length: 9 }, () => ask('GET', '/v1/rewards/cup')));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThanOrEqual(4);
      expect(answers.length - refused.length).toBeGreaterThanOrEqual(3);
      expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await ask('GET', '/v1/rewards')).status).toBe(200);
    });
  });
}
