import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { type HttpAnswer, problem } from './problem.ts';

/** The port cannot be listened on; the message is a sentence for the person who started the platform. */
export class PortRefused extends Error {}

export type Answerer = (request: IncomingMessage, requestId: string) => Promise<HttpAnswer | undefined>;

/** Milliseconds. Whoever is here is on the same machine, and sends slowly only where the machine is overloaded. */
const limits = {
  headersTimeout: 60_000,
  requestTimeout: 60_000,
  /** Longer than callers keep a connection: whoever closes first never cuts off a request that is being sent. */
  keepAliveTimeout: 120_000,
  /** How often the first two are looked at. */
  connectionsCheckingInterval: 30_000,
};
/** For so long a caller may go on sending what has been refused. */
const unwantedBodyMsMax = 5_000;

/** The platform's one public address, on 127.0.0.1 alone. Nothing that a caller sends ends it. */
export class PublicServer {
  readonly #server: Server;
  #answer: Answerer | undefined;

  constructor(log: (line: string) => void, own: Partial<typeof limits> = {}) {
    this.#server = createServer({ ...limits, ...own }, (request, response) => {
      const requestId = randomUUID();
      response.on('error', () => {}); // the caller went away
      this.#handle(request, response, requestId).catch((error: Error) => {
        log(`request ${requestId}: ${error.stack ?? error.message}`);
        if (response.headersSent) response.destroy();
        else
          send(
            request,
            response,
            requestId,
            problem('try-again', 'The call could not be served.', requestId),
          );
      });
    });
    this.#server.on('clientError', refuseUnreadable);
    this.#server.on('connect', (_request, socket) => socket.destroy());
  }

  /** Port 0 takes a free one. Until `serve` is called every call is answered 503. Returns the address. */
  listen(port: number): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) =>
        reject(new PortRefused(portSentence(port, error))),
      );
      this.#server.listen(port, '127.0.0.1', () => {
        const address = this.#server.address();
        if (typeof address === 'object' && address !== null) resolve(`http://127.0.0.1:${address.port}`);
      });
    });
  }

  serve(answer: Answerer): void {
    this.#answer = answer;
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    const answer = this.#answer
      ? await this.#answer(request, requestId)
      : problem('try-again', 'The platform is starting.', requestId);
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
  // What is left of a body that nobody read would be taken for the next request.
  if (!request.complete) response.setHeader('connection', 'close');
  response.setHeader('apigw-requestid', requestId);
  for (const [name, value] of Object.entries(answer.headers)) {
    if (!ownHeaders.has(name)) setHeader(response, name, value);
  }
  if (answer.cookies && answer.cookies.length > 0) setHeader(response, 'set-cookie', answer.cookies);
  response.statusCode = answer.status;
  const body = request.method === 'HEAD' ? '' : answer.body;
  if (request.complete) response.end(body);
  else endAfterRequest(request, response, body);
}

/**
 * Answers, and closes only after the caller has sent the rest of a body that nobody wants: most callers read no answer
 * before, and would see a broken connection instead of the reason.
 */
function endAfterRequest(request: IncomingMessage, response: ServerResponse, body: string | Buffer): void {
  response.setHeader('content-length', Buffer.byteLength(body));
  response.write(body);
  const end = () => response.end();
  const timer = setTimeout(end, unwantedBodyMsMax).unref();
  request.once('close', () => clearTimeout(timer));
  request.once('end', end);
  request.resume();
}

/** Headers that the connection needs right, whatever a function says. */
const ownHeaders = new Set(['connection', 'content-length', 'transfer-encoding']);

function setHeader(response: ServerResponse, name: string, value: string | string[]): void {
  try {
    response.setHeader(name, value);
  } catch {
    // A name or value that HTTP does not allow: left out, as API Gateway does.
  }
}

/**
 * What is not HTTP, or has more than 16 kB of headers, never becomes a request; neither does what has not come in in
 * time, which says nothing against it: on a machine that is overloaded it may be ours who read too late.
 */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const { status, headers, body } = isLate
    ? problem('try-again', 'The request has not come in in time.', randomUUID())
    : problem('malformed', 'The request is not HTTP that can be read.', randomUUID());
  const lines = Object.entries({
    ...headers,
    connection: 'close',
    'content-length': `${Buffer.byteLength(body)}`,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}

function portSentence(port: number, error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE')
    return `port ${port} is in use: stop what listens there, or set PORT to another`;
  if (error.code === 'EACCES')
    return `port ${port} may not be used by this account: set PORT to one above 1023`;
  return `port ${port} cannot be listened on: ${error.message}`;
}
