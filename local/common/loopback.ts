import type { Server } from 'node:http';

/**
 * How long a server of the AWS protocols keeps an idle connection. The SDK reuses its connections; if the
 * server closed one while the SDK sends a request on it, the SDK would send the request twice.
 */
export const sdkKeepAliveTimeoutMs = 3_600_000;

/** Largest request body that the stand-ins for AWS accept. */
export const sdkBodyBytesMax = 64 * 1024 * 1024;

/**
 * Listens on 127.0.0.1 and returns the URL; port 0 takes a free port. Rejects with the error of the listen
 * call.
 */
export function listenOnLoopback(server: Server, port = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

/** Closes the server together with the connections that are still open. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise(resolve => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
