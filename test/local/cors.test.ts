import { describe, expect, it } from 'vitest';
import { corsHeaders, preflight } from '../../local/http/cors.ts';

const ours = 'https://city.example';
const cors = {
  allowOrigins: [ours],
  allowMethods: ['GET'],
  allowHeaders: ['authorization'],
  exposeHeaders: ['x-request-id'],
  allowCredentials: false,
  maxAgeSeconds: 60,
};

describe('CORS', () => {
  it('sends no headers without a configuration, or to an origin that is not listed', () => {
    expect(corsHeaders(undefined, ours)).toEqual({});
    expect(corsHeaders(cors, undefined)).toEqual({});
    expect(corsHeaders(cors, 'https://evil.example')).toEqual({});
    expect(preflight(cors, 'https://evil.example')).toEqual({ status: 204, headers: {}, body: '' });
    expect(preflight(cors, undefined).headers).toEqual({});
  });

  it('sends the configured headers to a listed origin', () => {
    expect(corsHeaders(cors, ours)).toEqual({
      'access-control-allow-origin': ours,
      'access-control-expose-headers': 'x-request-id',
    });
    expect(preflight(cors, ours).headers).toMatchObject({
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': 'authorization',
      'access-control-max-age': '60',
    });
    expect(corsHeaders({ ...cors, allowOrigins: ['*'] }, 'https://any.example')).toMatchObject({
      'access-control-allow-origin': '*',
    });
  });
});
