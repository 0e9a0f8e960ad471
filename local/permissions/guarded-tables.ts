import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { AwsError } from '../aws/aws-error.ts';
import { readBody } from '../http/read-body.ts';
import { accessesOf } from './accesses.ts';
import { callerOf, type Permissions } from './permissions.ts';

const bodyBytesMax = 64 * 1024 * 1024;
/** The SDK keeps its connections; one that we close while it sends would make it send twice. */
const keepAliveTimeoutMs = 3_600_000;

export interface GuardedTables {
  /** Where functions find the engine. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Stands before the table engine, and lets through what a function is permitted to do. */
export async function guardTables(engine: string, permissions: Permissions): Promise<GuardedTables> {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(engine);
  const server = createServer({ keepAliveTimeout: keepAliveTimeoutMs }, (incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(incoming, bodyBytesMax);
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
    // Some engines keep tables apart by the key: to the engine, all are one.
    const headers = {
      ...incoming.headers,
      authorization: authorization?.replace(`Credential=${caller}/`, 'Credential=local/'),
    };
    const outgoing = request({ hostname, port, agent, method: 'POST', path: '/', headers }, answer => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.on('error', () => response.destroy()); // the engine died in the midst of it
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    outgoing.end(body);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    async close() {
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}
