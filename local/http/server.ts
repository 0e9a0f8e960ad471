import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { closeServer, listenOnLoopback } from '../common/loopback.ts';
import { type HttpAnswer, problem } from './problem.ts';

/** The port cannot be used. The message tells the person at the terminal why. */
export class PortRefused extends Error {}

/** Answers a request; undefined if the caller closed the connection. */
export type Answerer = (request: IncomingMessage, requestId: string) => Promise<HttpAnswer | undefined>;

/**
 * In milliseconds. Generous, because a caller is on the same machine and is slow only if the machine is
 * overloaded.
 */
const limits = {
  headersTimeout: 60_000,
  requestTimeout: 60_000,
  /**
   * Longer than clients keep idle connections, so that the server never closes one on which a request is
   * being sent.
   */
  keepAliveTimeout: 120_000,
  /** How often the first two limits are checked. */
  connectionsCheckingInterval: 30_000,
};
/** How long a caller may keep sending the body of a refused request. */
const refusedBodyMsMax = 5_000;

/** The platform's public address, on 127.0.0.1 only. Invalid input from a caller never stops it. */
export class PublicServer {
  readonly #server: Server;
  #answer: Answerer | undefined;

  constructor(log: (line: string) => void, own: Partial<typeof limits> = {}) {
    this.#server = createServer({ ...limits, ...own }, (request, response) => {
      const requestId = randomUUID();
      response.on('error', () => {}); // the caller closed the connection
      this.#handle(request, response, requestId).catch((error: Error) => {
        log(`request ${requestId}: ${error.stack ?? error.message}`);
        if (response.headersSent) response.destroy();
        else {
          const answer = problem('try-again', 'The request could not be served. Retry shortly.', requestId);
          send(request, response, requestId, answer);
        }
      });
    });
    this.#server.on('clientError', refuseUnreadable);
    this.#server.on('connect', (_request, socket) => socket.destroy());
  }

  /**
   * Listens and returns the URL; port 0 takes a free port. Answers 503 to every request until `serve` is
   * called.
   */
  async listen(port: number): Promise<string> {
    try {
      return await listenOnLoopback(this.#server, port);
    } catch (error) {
      throw new PortRefused(reasonOf(port, error as NodeJS.ErrnoException));
    }
  }

  serve(answer: Answerer): void {
    this.#answer = answer;
  }

  close(): Promise<void> {
    return closeServer(this.#server);
  }

  async #handle(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    const answer = this.#answer
      ? await this.#answer(request, requestId)
      : problem('try-again', 'The platform is starting. Retry shortly.', requestId);
    if (answer === undefined) response.destroy();
    else send(request, response, requestId, answer);
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  answer: HttpAnswer,
): void {
  // The unread rest of a body would be parsed as the next request, so the connection cannot be reused.
  if (!request.complete) response.setHeader('connection', 'close');
  response.setHeader('apigw-requestid', requestId);
  for (const [name, value] of Object.entries(answer.headers)) {
    if (!serverHeaders.has(name)) setHeader(response, name, value);
  }
  if (answer.cookies && answer.cookies.length > 0) setHeader(response, 'set-cookie', answer.cookies);
  response.statusCode = answer.status;
  const body = request.method === 'HEAD' ? '' : answer.body;
  if (request.complete) response.end(body);
  else endAfterRequest(request, response, body);
}

/**
 * Writes the answer, and closes the connection only after the caller has sent the rest of the refused body.
 * Most callers read the answer only then; if the connection closed earlier, they would see a network error
 * instead of the answer.
 */
function endAfterRequest(request: IncomingMessage, response: ServerResponse, body: string | Buffer): void {
  response.setHeader('content-length', Buffer.byteLength(body));
  response.write(body);
  const end = () => response.end();
  const timer = setTimeout(end, refusedBodyMsMax).unref();
  request.once('close', () => clearTimeout(timer));
  request.once('end', end);
  request.resume();
}

/** Headers that only the server may set, because the connection depends on them. */
const serverHeaders = new Set(['connection', 'content-length', 'transfer-encoding']);

function setHeader(response: ServerResponse, name: string, value: string | string[]): void {
  try {
    response.setHeader(name, value);
  } catch {
    // HTTP does not allow this name or value. Leaves the header out, as API Gateway does.
  }
}

/**
 * Answers what cannot be parsed as a request: 400 for bytes that are not HTTP, or for more than 16 kB of
 * headers. Answers 503 for a request that does not arrive in time, because on an overloaded machine the delay
 * may be our own.
 */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const { status, headers, body } = isLate
    ? problem('try-again', 'The request did not arrive in time. Retry it.', randomUUID())
    : problem('malformed', 'The request is not valid HTTP.', randomUUID());
  const lines = Object.entries({
    ...headers,
    connection: 'close',
    'content-length': `${Buffer.byteLength(body)}`,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}

/** Why the port cannot be used, and what to do. */
function reasonOf(port: number, error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE')
    return `port ${port} is in use: stop the process that listens there, or set PORT to another port`;
  if (error.code === 'EACCES') return `this account may not use port ${port}: set PORT to a port above 1023`;
  return `cannot listen on port ${port}: ${error.message}`;
}
