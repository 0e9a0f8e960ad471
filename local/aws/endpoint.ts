import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { readBody } from '../http/read-body.ts';
import { type Access, accessesOf, objectAccess } from '../permissions/accesses.ts';
import { callerOf } from '../permissions/permissions.ts';
import { AwsError } from './aws-error.ts';
import { type S3Request, type S3Response, s3Error } from './s3.ts';

type Operation = (input: unknown) => object;

/** Throws an AwsError where the caller may not do that. */
export type Guard = (caller: string, accesses: () => readonly Access[]) => void;

/** Operations by the service's name in `X-Amz-Target`, and S3, which has no such header. */
export interface AwsServices {
  json: Record<string, Record<string, Operation>>;
  s3(request: S3Request): S3Response;
}

const bodyBytesMax = 64 * 1024 * 1024;
/** The SDK keeps its connections; one that we close while it sends would make it send twice. */
const keepAliveTimeoutMs = 3_600_000;

/** The one loopback address that the functions' AWS SDK talks to, tables apart. */
export class AwsEndpoint {
  readonly #server: Server;
  #services: AwsServices | undefined;
  #guard: Guard = () => {};

  constructor() {
    this.#server = createServer({ keepAliveTimeout: keepAliveTimeoutMs }, (request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  /** Listens on a free port; until `serve` is called every call is answered 503. Returns the address. */
  listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => {
        const address = this.#server.address();
        if (typeof address === 'object' && address !== null) resolve(`http://127.0.0.1:${address.port}`);
      });
    });
  }

  serve(services: AwsServices, guard: Guard = () => {}): void {
    this.#services = services;
    this.#guard = guard;
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, bodyBytesMax);
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
        throw new AwsError('UnknownOperationException', `${target} is not run by the local runtime.`);
      }
      const input = JSON.parse(body.toString() || '{}');
      this.#guard(callerOf(request.headers.authorization), () => accessesOf(target, input));
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
      if (this.#services === undefined) throw new AwsError('ServiceUnavailable', 'starting', 503);
      const { method = '', url = '', headers } = request;
      this.#guard(callerOf(headers.authorization), () => [objectAccess(method, url)]);
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
