import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { AwsError } from '../aws/aws-error.ts';
import { closeServer, listenOnLoopback, sdkBodyBytesMax, sdkKeepAliveTimeoutMs } from '../common/loopback.ts';
import { readBody } from '../http/read-body.ts';
import { accessesOf } from './accesses.ts';
import { callerOf, type Permissions } from './permissions.ts';

export interface TableProxy {
  /** The DynamoDB endpoint for functions. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * Starts a proxy in front of the table engine that forwards only requests which the caller's role permits.
 */
export async function startTableProxy(engine: string, permissions: Permissions): Promise<TableProxy> {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(engine);
  const server = createServer({ keepAliveTimeout: sdkKeepAliveTimeoutMs }, (incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(incoming, sdkBodyBytesMax);
    if (!Buffer.isBuffer(body)) return void response.destroy();
    const { authorization } = incoming.headers;
    const caller = callerOf(authorization);
    try {
      permissions.check(
        caller,
        accessesOf(String(incoming.headers['x-amz-target']), JSON.parse(body.toString())),
      );
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: error.code, message: error.message }));
      return;
    }
    // Some engines keep separate tables per access key, so all callers must reach the engine under the same
    // key.
    const headers = {
      ...incoming.headers,
      authorization: authorization?.replace(`Credential=${caller}/`, 'Credential=local/'),
    };
    const outgoing = request({ hostname, port, agent, method: 'POST', path: '/', headers }, answer => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.on('error', () => response.destroy()); // the engine died while it was answering
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    outgoing.end(body);
  }

  return {
    endpoint: await listenOnLoopback(server),
    async close() {
      agent.destroy();
      await closeServer(server);
    },
  };
}
