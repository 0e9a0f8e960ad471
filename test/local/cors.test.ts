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

describe('a page of another origin', () => {
  it('may read nothing where nothing is configured, or where it is not named', () => {
    expect(corsHeaders(undefined, ours)).toEqual({});
    expect(corsHeaders(cors, undefined)).toEqual({});
    expect(corsHeaders(cors, 'https://evil.example')).toEqual({});
    expect(preflight(cors, 'https://evil.example')).toEqual({ status: 204, headers: {}, body: '' });
    expect(preflight(cors, undefined).headers).toEqual({});
  });

  it('may read what it is named for', () => {
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
