import * as z from 'zod';
import type { ApiModel, Throttle } from './model.ts';
import { functionNameOf, type ModelDraft, type ResourceReader } from './resource-reader.ts';

const texts = z.array(z.string());

function apiOf(draft: ModelDraft): ApiModel {
  if (draft.api === undefined) throw new Error('the templates define no HTTP API');
  return draft.api;
}

const apiShape = z.object({
  ProtocolType: z.literal('HTTP'),
  CorsConfiguration: z
    .object({
      AllowCredentials: z.boolean().default(false),
      AllowHeaders: texts.default([]),
      AllowMethods: texts.default([]),
      AllowOrigins: texts.default([]),
      ExposeHeaders: texts.default([]),
      MaxAge: z.coerce.number().optional(),
    })
    .optional(),
});

const readApi: ResourceReader = (draft, { name }, properties) => {
  if (draft.api !== undefined) throw new Error('the local runtime serves one HTTP API only');
  const { CorsConfiguration: cors } = apiShape.parse(properties);
  draft.api = {
    id: name,
    routes: [],
    cors: cors && {
      allowCredentials: cors.AllowCredentials,
      allowHeaders: cors.AllowHeaders,
      allowMethods: cors.AllowMethods,
      allowOrigins: cors.AllowOrigins,
      exposeHeaders: cors.ExposeHeaders,
      maxAgeSeconds: cors.MaxAge,
    },
    throttles: { byDefault: undefined, byRoute: new Map() },
  };
};

const authorizerShape = z.object({
  AuthorizerType: z.literal('JWT'),
  IdentitySource: z.tuple([z.string().startsWith('$request.header.')]),
  JwtConfiguration: z.object({ Issuer: z.string(), Audience: texts.min(1) }),
});

const readAuthorizer: ResourceReader = (draft, { name }, properties) => {
  const shape = authorizerShape.parse(properties);
  draft.authorizers.set(name, {
    issuer: shape.JwtConfiguration.Issuer,
    audiences: shape.JwtConfiguration.Audience,
    header: shape.IdentitySource[0].slice('$request.header.'.length).toLowerCase(),
  });
};

const integrationShape = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.coerce.number().default(30_000),
});

const readIntegration: ResourceReader = (draft, { name }, properties) => {
  const shape = integrationShape.parse(properties);
  draft.integrations.set(name, {
    functionName: functionNameOf(shape.IntegrationUri),
    timeoutMs: shape.TimeoutInMillis,
  });
};

const throttleShape = z
  .object({
    ThrottlingRateLimit: z.coerce.number().positive().optional(),
    ThrottlingBurstLimit: z.coerce.number().positive().optional(),
    DetailedMetricsEnabled: z.boolean().optional(),
  })
  .strict()
  .transform((value): Throttle | undefined =>
    value.ThrottlingRateLimit === undefined
      ? undefined
      : {
          perSecond: value.ThrottlingRateLimit,
          burst: value.ThrottlingBurstLimit ?? value.ThrottlingRateLimit,
        },
  );
const stageShape = z.object({
  StageName: z.literal('$default'),
  DefaultRouteSettings: throttleShape.optional(),
  RouteSettings: z.record(z.string(), throttleShape).default({}),
});

const readStage: ResourceReader = (draft, _context, properties) => {
  const shape = stageShape.parse(properties);
  const { throttles } = apiOf(draft);
  throttles.byDefault = shape.DefaultRouteSettings;
  for (const [routeKey, throttle] of Object.entries(shape.RouteSettings)) {
    if (throttle !== undefined) throttles.byRoute.set(routeKey, throttle);
  }
};

const routeShape = z.object({
  RouteKey: z.union([z.literal('$default'), z.string().regex(/^[A-Z]+ \/[^ ]*$/)]),
  Target: z.string().startsWith('integrations/'),
  AuthorizationType: z.enum(['NONE', 'JWT']).default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: texts.default([]),
});

const readRoute: ResourceReader = (draft, _context, properties) => {
  const shape = routeShape.parse(properties);
  const integration = draft.integrations.get(shape.Target.slice('integrations/'.length));
  if (integration === undefined) throw new Error(`the templates define no integration ${shape.Target}`);
  const authorizer = draft.authorizers.get(shape.AuthorizerId ?? '');
  if (shape.AuthorizationType === 'JWT' && authorizer === undefined) {
    throw new Error(`the templates define no authorizer ${shape.AuthorizerId}`);
  }
  apiOf(draft).routes.push({
    routeKey: shape.RouteKey,
    ...integration,
    authorizer: shape.AuthorizationType === 'JWT' ? authorizer : undefined,
    scopes: shape.AuthorizationScopes,
  });
};

export const apiReaders: Record<string, ResourceReader> = {
  'AWS::ApiGatewayV2::Api': readApi,
  'AWS::ApiGatewayV2::Authorizer': readAuthorizer,
  'AWS::ApiGatewayV2::Integration': readIntegration,
  'AWS::ApiGatewayV2::Stage': readStage,
  'AWS::ApiGatewayV2::Route': readRoute,
};
