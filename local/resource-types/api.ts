import type { ResourceType } from './resource-type.ts';

/** The HTTP API. */
export const apiTypes: Record<string, ResourceType> = {
  'AWS::ApiGatewayV2::Api': {
    role: 'run',
    run: [
      'ProtocolType',
      'CorsConfiguration.AllowCredentials',
      'CorsConfiguration.AllowHeaders',
      'CorsConfiguration.AllowMethods',
      'CorsConfiguration.AllowOrigins',
      'CorsConfiguration.ExposeHeaders',
      'CorsConfiguration.MaxAge',
    ],
    ignored: {
      Description: 'descriptive',
      DisableExecuteApiEndpoint: 'there is only one address',
      IpAddressType: 'there is only one address',
      Name: 'descriptive',
      Tags: 'descriptive',
    },
  },
  'AWS::ApiGatewayV2::Route': {
    role: 'run',
    run: ['ApiId', 'RouteKey', 'Target', 'AuthorizationType', 'AuthorizerId', 'AuthorizationScopes'],
    ignored: { OperationName: 'descriptive' },
  },
  'AWS::ApiGatewayV2::Integration': {
    role: 'run',
    run: ['ApiId', 'IntegrationType', 'IntegrationUri', 'PayloadFormatVersion', 'TimeoutInMillis'],
    ignored: { Description: 'descriptive', IntegrationMethod: 'a function invocation has no method' },
  },
  'AWS::ApiGatewayV2::Authorizer': {
    role: 'run',
    run: [
      'ApiId',
      'AuthorizerType',
      'IdentitySource',
      'JwtConfiguration.Issuer',
      'JwtConfiguration.Audience',
    ],
    ignored: { Name: 'descriptive' },
  },
  'AWS::ApiGatewayV2::Stage': {
    role: 'run',
    run: [
      'ApiId',
      'StageName',
      'DefaultRouteSettings.ThrottlingBurstLimit',
      'DefaultRouteSettings.ThrottlingRateLimit',
      'RouteSettings',
    ],
    ignored: {
      'DefaultRouteSettings.DetailedMetricsEnabled': 'monitoring',
      AccessLogSettings: 'monitoring',
      AutoDeploy: 'each start deploys',
      Description: 'descriptive',
      Tags: 'descriptive',
    },
  },
};
