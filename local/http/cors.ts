import type { CorsModel } from '../template/model.ts';
import type { HttpAnswer } from './problem.ts';

/** The CORS headers of a response; none if the request's origin is not allowed. */
export function corsHeaders(cors: CorsModel | undefined, origin: string | undefined): Record<string, string> {
  if (cors === undefined || origin === undefined || !allowsOrigin(cors, origin)) return {};
  return {
    'access-control-allow-origin': cors.allowOrigins.includes('*') ? '*' : origin,
    ...(cors.allowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(cors.exposeHeaders.length > 0 && { 'access-control-expose-headers': cors.exposeHeaders.join(',') }),
  };
}

/** The API's response to a preflight request, if it has a CORS configuration. */
export function preflight(cors: CorsModel, origin: string | undefined): HttpAnswer {
  const allowed = origin !== undefined && allowsOrigin(cors, origin);
  const headers = allowed
    ? {
        ...corsHeaders(cors, origin),
        'access-control-allow-methods': cors.allowMethods.join(','),
        'access-control-allow-headers': cors.allowHeaders.join(','),
        ...(cors.maxAgeSeconds !== undefined && { 'access-control-max-age': String(cors.maxAgeSeconds) }),
      }
    : {};
  return { status: 204, headers, body: '' };
}

function allowsOrigin(cors: CorsModel, origin: string): boolean {
  return cors.allowOrigins.includes('*') || cors.allowOrigins.includes(origin);
}
