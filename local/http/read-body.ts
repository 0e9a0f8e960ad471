import type { IncomingMessage } from 'node:http';

/**
 * Reads the whole body. Returns `too-large` above the limit, and `aborted` if the caller closed the
 * connection.
 */
export function readBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Buffer | 'too-large' | 'aborted'> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return Promise.resolve('too-large');
  // The caller may have disconnected while its token was verified. No further event would tell us.
  if (request.destroyed) return Promise.resolve('aborted');
  return new Promise(resolve => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bytesMax) chunks.push(chunk);
      else {
        request.pause();
        resolve('too-large');
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', () => resolve('aborted'));
    request.on('close', () => resolve('aborted'));
  });
}
