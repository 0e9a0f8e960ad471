import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { closeServer, listenOnLoopback, sdkBodyBytesMax, sdkKeepAliveTimeoutMs } from '../common/loopback.ts';
import { readBody } from '../http/read-body.ts';
import { type Access, accessesOf, objectAccess } from '../permissions/accesses.ts';
import { callerOf } from '../permissions/permissions.ts';
import { AwsError } from './aws-error.ts';
import { type S3Request, type S3Response, s3Error } from './s3.ts';

type Operation = (input: unknown) => object;

/** Throws an AwsError if the caller lacks a permission. */
export type PermissionCheck = (caller: string, accesses: () => readonly Access[]) => void;

/**
 * The stand-ins: `json` by the service name in `X-Amz-Target`, and S3, whose requests have no such header.
 */
export interface AwsServices {
  json: Record<string, Record<string, Operation>>;
  s3(request: S3Request): S3Response;
}

/** The loopback endpoint of the functions' AWS SDK for all services except DynamoDB. */
export class AwsEndpoint {
  readonly #server: Server;
  #services: AwsServices | undefined;
  #checkPermission: PermissionCheck = () => {};

  constructor() {
    this.#server = createServer({ keepAliveTimeout: sdkKeepAliveTimeoutMs }, (request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  /** Listens on a free port and returns the URL. Rejects every request until `serve` is called. */
  listen(): Promise<string> {
    return listenOnLoopback(this.#server);
  }

  serve(services: AwsServices, checkPermission: PermissionCheck = () => {}): void {
    this.#services = services;
    this.#checkPermission = checkPermission;
  }

  close(): Promise<void> {
    return closeServer(this.#server);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, sdkBodyBytesMax);
    if (!Buffer.isBuffer(body)) return void response.destroy();
    const target = request.headers['x-amz-target'];
    response.setHeader('x-amzn-requestid', randomUUID());
    if (typeof target === 'string') this.#answerJson(target, request, response, body);
    else this.#answerS3(request, response, body);
  }

  #answerJson(target: string, request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    response.setHeader('content-type', request.headers['content-type'] ?? 'application/x-amz-json-1.1');
    try {
      const [service = '', name = ''] = target.split('.');
      const operation = this.#services?.json[service]?.[name];
      if (operation === undefined) {
        throw new AwsError('UnknownOperationException', `The local runtime does not implement ${target}.`);
      }
      const input = JSON.parse(body.toString() || '{}');
      this.#checkPermission(callerOf(request.headers.authorization), () => accessesOf(target, input));
      response.end(JSON.stringify(operation(input)));
    } catch (error) {
      const { code, message, status } = asAwsError(error);
      response.statusCode = status;
      response.end(JSON.stringify({ __type: code, message }));
    }
  }

  #answerS3(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    let answer: S3Response;
    try {
      if (this.#services === undefined)
        throw new AwsError('ServiceUnavailable', 'The platform is starting.', 503);
      const { method = '', url = '', headers } = request;
      this.#checkPermission(callerOf(headers.authorization), () => [objectAccess(method, url)]);
      answer = this.#services.s3({ method, url, headers, body });
    } catch (error) {
      answer = s3Error(asAwsError(error));
    }
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }
}

function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof z.ZodError) return new AwsError('ValidationException', z.prettifyError(error));
  if (error instanceof SyntaxError) return new AwsError('SerializationException', 'The body is not JSON.');
  if (error instanceof URIError) return new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  return new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
}
