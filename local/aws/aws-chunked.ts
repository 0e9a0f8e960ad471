/**
 * Decodes a body in `aws-chunked` encoding, in which the SDK sends objects with a checksum in a trailer:
 * `<hex size>[;chunk-signature=…]\r\n<bytes>\r\n` … `0\r\n<trailers>\r\n\r\n`. Undefined if the encoding is
 * invalid.
 */
export function decodeChunked(framed: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = framed.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const [size = ''] = framed.toString('latin1', at, lineEnd).split(';');
    if (!/^[0-9a-f]+$/i.test(size)) return undefined;
    const length = Number.parseInt(size, 16);
    if (length === 0) return Buffer.concat(chunks);
    const start = lineEnd + 2;
    if (start + length > framed.length) return undefined;
    chunks.push(framed.subarray(start, start + length));
    at = start + length + 2;
  }
}
