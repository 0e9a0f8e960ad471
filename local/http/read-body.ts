import type { IncomingMessage } from 'node:http';

/** The whole body, or why there is none: it is over the limit, or the caller went away. */
export function readBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Buffer | 'too-large' | 'aborted'> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return Promise.resolve('too-large');
  if (request.destroyed) return Promise.resolve('aborted'); // while its token was looked at: nothing is said twice
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
