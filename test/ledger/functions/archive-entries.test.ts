import { createServer } from 'node:http';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { handler as Handler } from '../../../functions/archive-entries.ts';
import { context } from '../../support/call.ts';

/** A bucket that stores an object once, unless it is told to fail. */
const stored = new Map<string, string>();
let written = 0;
let fails = false;
const bucket = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    const key = String(request.url).split('?')[0] ?? '';
    const isThere = request.headers['if-none-match'] === '*' && stored.has(key);
    if (!fails && !isThere) {
      stored.set(key, Buffer.concat(chunks).toString('utf8'));
      written += 1;
    }
    const code = fails ? 'InternalError' : 'PreconditionFailed';
    response.writeHead(fails ? 500 : isThere ? 412 : 200, { 'content-type': 'application/xml' });
    response.end(fails || isThere ? `<Error><Code>${code}</Code></Error>` : '');
  });
});
let handler: typeof Handler;

beforeAll(async () => {
  await new Promise<void>(resolve => bucket.listen(0, '127.0.0.1', resolve));
  const address = bucket.address();
  if (typeof address !== 'object' || !address) throw new Error('no address');
  Object.assign(process.env, {
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_MAX_ATTEMPTS: '1',
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${address.port}`,
    ARCHIVE_BUCKET: 'archive',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  });
  ({ handler } = await import('../../../functions/archive-entries.ts'));
});
afterAll(() => {
  bucket.closeAllConnections();
  bucket.close();
});
beforeEach(() => {
  stored.clear();
  written = 0;
  fails = false;
});

const entry = (entryId: string, text = '') => ({
  entryId,
  text,
  recordedAt: '2026-03-10T12:00:00.000+08:00',
});
async function archive(...entries: object[]): Promise<unknown[]> {
  const Records = entries.map((one, index) => ({
    dynamodb: { SequenceNumber: String(index + 1), NewImage: marshall(one) },
  }));
  return (await handler({ Records } as DynamoDBStreamEvent, context())).batchItemFailures;
}
/** The entries of every object, as a reader of the archive finds them. */
const archived = () =>
  [...stored.values()].map(body =>
    body.split('\n').flatMap(line => (line.startsWith('{') ? [JSON.parse(line)] : [])),
  );

it('puts a run of entries into one object, a line each, by the day of the first', async () => {
  expect(await archive(entry('e-1'), entry('e-2'))).toEqual([]);
  expect([...stored.keys()]).toEqual([
    expect.stringMatching(/\/entries\/2026-03-10\/1-2-[0-9a-f]{64}\.ndjson$/),
  ]);
  expect(archived()).toEqual([[entry('e-1'), entry('e-2')]]);
});

it('keeps runs of two shards apart whose numbers are the same', async () => {
  for (const text of ['of one shard', 'of another']) expect(await archive(entry('e-1', text))).toEqual([]);
  expect(archived()).toEqual([[entry('e-1', 'of one shard')], [entry('e-1', 'of another')]]);
});

it('writes a run that comes again no second time, and that is no failure', async () => {
  const { entryId, text, recordedAt } = entry('e-1');
  await archive({ entryId, text, recordedAt });
  expect(await archive({ recordedAt, text, entryId })).toEqual([]);
  expect({ written, objects: stored.size }).toEqual({ written: 1, objects: 1 });
});

it('is held up by a bucket that fails', async () => {
  fails = true;
  expect(await archive(entry('e-1'))).toEqual([{ itemIdentifier: '1' }]);
});
