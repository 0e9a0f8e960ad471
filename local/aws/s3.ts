import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../state/clock.ts';
import type { State } from '../state/state.ts';
import { decodeChunked } from './aws-chunked.ts';
import { AwsError } from './aws-error.ts';

export interface S3Request {
  method: string;
  /** Path and query as sent, e.g. `/bucket/key?list-type=2`. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface S3Response {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

interface Row {
  key: string;
  body: Uint8Array;
  etag: string;
  content_type: string;
  metadata: string;
  stored_at: number;
}

const xmlHeaders = { 'content-type': 'application/xml' };
const emptyBody = Buffer.alloc(0);

/** S3 with path-style URLs: PutObject (with If-None-Match), GetObject, HeadObject and ListObjectsV2. */
export function createS3(state: State, clock: Clock, buckets: Set<string>) {
  const { database } = state;
  const find = database.prepare('SELECT * FROM objects WHERE bucket = ? AND key = ?');
  const store = database.prepare('INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?)');
  const list = database.prepare(
    `SELECT key, length(body) AS size, etag, stored_at FROM objects
     WHERE bucket = ? AND key > ? AND substr(key, 1, length(?)) = ? ORDER BY key LIMIT ?`,
  );

  function put(bucket: string, key: string, { headers, body }: S3Request): S3Response {
    const content = contentOf(headers, body);
    const etag = `"${createHash('md5').update(content).digest('hex')}"`;
    const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
    state.transaction(() => {
      if (headers['if-none-match'] === '*' && find.get(bucket, key) !== undefined) {
        throw new AwsError(
          'PreconditionFailed',
          'At least one of the preconditions you specified did not hold.',
          412,
        );
      }
      const contentType = headers['content-type'] ?? 'binary/octet-stream';
      const metadataJson = JSON.stringify(Object.fromEntries(metadata));
      store.run(bucket, key, content, etag, contentType, metadataJson, clock.now());
    });
    return { status: 200, headers: { etag }, body: emptyBody };
  }

  function get(bucket: string, key: string, head: boolean): S3Response {
    const row = find.get(bucket, key) as unknown as Row | undefined;
    if (row === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    const headers = {
      etag: row.etag,
      'content-type': row.content_type,
      'content-length': String(row.body.byteLength),
      'last-modified': new Date(row.stored_at).toUTCString(),
      ...JSON.parse(row.metadata),
    };
    return { status: 200, headers, body: head ? emptyBody : Buffer.from(row.body) };
  }

  function listObjects(bucket: string, query: URLSearchParams): S3Response {
    const prefix = query.get('prefix') ?? '';
    const limit = Math.min(Number(query.get('max-keys') ?? 1000), 1000);
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const rows = list.all(bucket, after, prefix, prefix, limit + 1);
    const page = rows.slice(0, limit);
    const contents = page.map(
      ({ key, size, etag, stored_at }) =>
        `<Contents><Key>${xmlText(String(key))}</Key><LastModified>${new Date(Number(stored_at)).toISOString()}` +
        `</LastModified><ETag>${xmlText(String(etag))}</ETag><Size>${size}</Size></Contents>`,
    );
    const isTruncated = rows.length > limit;
    const next = isTruncated
      ? `<NextContinuationToken>${xmlText(String(page.at(-1)?.key))}</NextContinuationToken>`
      : '';
    const body =
      `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>${bucket}</Name>` +
      `<Prefix>${xmlText(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${limit}</MaxKeys>` +
      `<IsTruncated>${isTruncated}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`;
    return { status: 200, headers: xmlHeaders, body: Buffer.from(body) };
  }

  return function handle(request: S3Request): S3Response {
    const { pathname, searchParams } = new URL(request.url, 'http://local');
    const [, bucket = '', ...rest] = pathname.split('/');
    const key = decodeURIComponent(rest.join('/'));
    if (!buckets.has(bucket)) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist.', 404);
    if (key !== '' && request.method === 'PUT') return put(bucket, key, request);
    if (key !== '' && request.method === 'GET') return get(bucket, key, false);
    if (key !== '' && request.method === 'HEAD') return get(bucket, key, true);
    if (request.method === 'GET' && searchParams.get('list-type') === '2')
      return listObjects(bucket, searchParams);
    throw new AwsError(
      'NotImplemented',
      `The local runtime does not implement this ${request.method} request.`,
      501,
    );
  };
}

/** An error response in the XML format of S3. */
export function s3Error(error: AwsError): S3Response {
  const body =
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${error.code}</Code>` +
    `<Message>${xmlText(error.message)}</Message></Error>`;
  return { status: error.status, headers: xmlHeaders, body: Buffer.from(body) };
}

function contentOf(headers: IncomingHttpHeaders, body: Buffer): Buffer {
  const framed =
    headers['content-encoding']?.includes('aws-chunked') === true ||
    headers['x-amz-content-sha256']?.toString().startsWith('STREAMING-') === true;
  const content = framed ? decodeChunked(body) : body;
  if (content === undefined)
    throw new AwsError('IncompleteBody', 'The body does not match its aws-chunked encoding.');
  return content;
}

function xmlText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
