import { Agent, createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One attempt of an SDK call, on its way from a function to a service. */
export interface Sent {
  /** The access key that signed it, which is the name of the function. */
  readonly caller: string;
  /** `DynamoDB TransactWriteItems`, `EventBridge PutEvents`, `S3 PUT`, … */
  readonly operation: string;
  /** The same for all attempts that the SDK makes of one call. */
  readonly callId: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** `cut` ends the connection without an answer; `silence` leaves it open and never answers. */
export type Verdict = Answer | 'cut' | 'silence';

/** Executes the call on the service, with its own body or another. */
export type Forward = (body?: Buffer) => Promise<Answer>;

export type Around = (sent: Sent, forward: Forward) => Promise<Verdict>;

/** Addresses of the services of a running platform. */
export interface Services {
  readonly tables: string;
  readonly aws: string;
}

const serviceNames: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'DynamoDB',
  AWSEvents: 'EventBridge',
  AmazonSQS: 'SQS',
  secretsmanager: 'SecretsManager',
};

/**
 * A proxy between functions and services that can make calls fail. The deployed bundles and the SDK with its retries see
 * the same failures as in the cloud.
 */
export class Wire {
  /** Decides about each attempt; by default it is executed. */
  around: Around = (_, forward) => forward();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #server: Server;
  #services = Promise.withResolvers<Services>();
  #known: Services | undefined;

  constructor() {
    this.#server = createServer({ keepAliveTimeout: 3_600_000 }, (incoming, response) => {
      const chunks: Buffer[] = [];
      response.on('error', () => {});
      incoming.on('error', () => response.destroy());
      incoming.on('data', chunk => chunks.push(chunk));
      incoming.on('end', async () => {
        const { method = '', url = '/', headers } = incoming;
        const sent = sentOf(method, headers, Buffer.concat(chunks));
        const forward: Forward = body => this.#forward({ method, url, headers }, sent, body ?? sent.body);
        const verdict = await this.around(sent, forward).catch(() => 'cut' as const);
        if (verdict === 'silence') return;
        if (verdict === 'cut') return void response.destroy();
        response.writeHead(verdict.status, withoutFraming(verdict.headers));
        response.end(verdict.body);
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Sets the addresses of the services. Calls wait until then, and again after `disconnect`. */
  connect(services: Services): void {
    this.#known = services;
    this.#services.resolve(services);
  }

  get services(): Services {
    if (!this.#known) throw new Error('No platform has started yet.');
    return this.#known;
  }

  disconnect(): void {
    this.#services = Promise.withResolvers<Services>();
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.#server.close(resolve));
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await closed;
  }

  async #forward(
    { method, url, headers }: { method: string; url: string; headers: IncomingHttpHeaders },
    { operation }: Sent,
    body: Buffer,
  ): Promise<Answer> {
    const { tables, aws } = await this.#services.promise;
    const { host, hostname, port } = new URL(operation.startsWith('DynamoDB ') ? tables : aws);
    const own = { ...withoutFraming(headers), host, 'content-length': body.length };
    return new Promise((resolve, reject) => {
      const options = { hostname, port, method, path: url, headers: own, agent: this.#agent };
      const outgoing = request(options, answer => {
        const chunks: Buffer[] = [];
        answer.on('data', chunk => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const { statusCode: status = 500, headers: answered } = answer;
          resolve({ status, headers: answered, body: Buffer.concat(chunks) });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}

function sentOf(method: string, headers: IncomingHttpHeaders, body: Buffer): Sent {
  const [service = '', command] = String(headers['x-amz-target'] ?? '').split('.');
  return {
    caller: /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '',
    operation: command ? `${serviceNames[service] ?? service} ${command}` : `S3 ${method}`,
    callId: String(headers['amz-sdk-invocation-id'] ?? ''),
    attempt: Number(/attempt=(\d+)/.exec(String(headers['amz-sdk-request']))?.[1] ?? 1),
    body,
  };
}

const framing = new Set(['transfer-encoding', 'connection', 'keep-alive', 'content-length']);

/** Headers about framing belong to each connection. */
function withoutFraming(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !framing.has(name)));
}
