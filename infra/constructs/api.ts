import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as apigatewayv1 from 'aws-cdk-lib/aws-apigateway';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type Endpoint, roles } from '../../shared/kernel/endpoint.ts';
import type { Config } from '../config.ts';
import { Alarm } from './alarm.ts';

/** A retry repairs a single failed request. More failures than this within five minutes are an incident. */
const serverErrorsMax = 5;

/**
 * The fields of the access log: no bodies, no IP addresses, and the route instead of the path, which contains
 * ids.
 */
const accessLogFields = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  functionLatencyMs: '$context.integrationLatency',
  error: '$context.error.messageString',
  authorizerError: '$context.authorizer.error',
} as const;

export interface ApiProps {
  readonly config: Config;
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** The issuer's prefix of each scope. */
  readonly scopePrefix: string;
  readonly endpoints: readonly Endpoint[];
  readonly functionOf: (name: string) => lambda.Function;
}

/**
 * The HTTP API: one route for each endpoint of the contracts. Every endpoint that is not public needs a
 * token.
 */
export class Api extends Construct {
  readonly api: apigateway.HttpApi;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    this.api = new apigateway.HttpApi(this, 'http', { createDefaultStage: false, ...cors(props.config) });
    const stage = this.api.addStage('stage', {
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: this.accessLog(props.config),
      throttle: { rateLimit: props.config.throttle.ratePerSecond, burstLimit: props.config.throttle.burst },
    });
    const authorizer = new HttpJwtAuthorizer('token', props.issuer, { jwtAudience: [...props.audiences] });
    const integrations = new Map<string, HttpLambdaIntegration>();
    for (const endpoint of props.endpoints) {
      const integration =
        integrations.get(endpoint.servedBy) ??
        new HttpLambdaIntegration(endpoint.servedBy, props.functionOf(endpoint.servedBy));
      integrations.set(endpoint.servedBy, integration);
      const [method, path] = endpoint.route.split(' ') as [string, string];
      const routes = this.api.addRoutes({
        path,
        methods: [apigateway.HttpMethod[method as keyof typeof apigateway.HttpMethod]],
        integration,
        ...(endpoint.public
          ? { authorizer: new apigateway.HttpNoneAuthorizer() }
          : {
              authorizer,
              authorizationScopes: endpoint.roles.map(role => props.scopePrefix + roles[role].scope),
            }),
      });
      // A stage can only throttle routes that already exist.
      if (endpoint.route in props.config.throttle.routes) stage.node.addDependency(...routes);
    }
    (stage.node.defaultChild as apigateway.CfnStage).routeSettings = routeSettings(props);
    new Alarm(this, 'requests-fail', {
      impact:
        'Requests of drivers, merchants or platforms fail because of an error on our side. Retrying them is safe.',
      runbook: 'requests-fail',
      metric: this.api.metricServerError({ period: Duration.minutes(5), statistic: cloudwatch.Stats.SUM }),
      when: { above: serverErrorsMax },
    });
  }

  private accessLog(config: Config): apigateway.IAccessLogSettings {
    const logGroup = new logs.LogGroup(this, 'access-log', {
      retention: config.logDays as logs.RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const format = apigatewayv1.AccessLogFormat.custom(JSON.stringify(accessLogFields));
    return { destination: new apigateway.LogGroupLogDestination(logGroup), format };
  }
}

/**
 * What a page of another origin may send and read. Tokens are in a header, so there are no cookies or
 * credentials.
 */
function cors({ browserOrigins }: Config): apigateway.HttpApiProps {
  if (browserOrigins.length === 0) return {};
  const { GET, PUT, POST, DELETE } = apigateway.CorsHttpMethod;
  return {
    corsPreflight: {
      allowOrigins: [...browserOrigins],
      allowMethods: [GET, PUT, POST, DELETE],
      allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-none-match'],
      exposeHeaders: ['apigw-requestid', 'etag', 'link', 'retry-after', 'x-request-id'],
      maxAge: Duration.hours(1),
    },
  };
}

function routeSettings({ config, endpoints }: ApiProps): object {
  const limits = Object.entries(config.throttle.routes);
  return Object.fromEntries(
    limits.map(([route, { ratePerSecond, burst }]) => {
      if (!endpoints.some(endpoint => endpoint.route === route))
        throw new Error(`The configuration throttles ${route}, which is no route of the API.`);
      return [route, { ThrottlingRateLimit: ratePerSecond, ThrottlingBurstLimit: burst }];
    }),
  );
}
