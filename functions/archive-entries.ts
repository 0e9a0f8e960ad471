import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { canonical, type Json } from '../shared/kernel/canonical.ts';
import { sha256 } from '../shared/kernel/digest.ts';
import { required } from '../shared/runtime/environment.ts';
import { insertedItems } from '../shared/runtime/ledger-changes.ts';
import { serviceConfig } from '../shared/runtime/services.ts';
import { followStream } from '../shared/runtime/stream.ts';

const s3 = new S3Client(serviceConfig);

/**
 * Copies entries to where they can't be overwritten: one object for a run of changes, named after the first and the
 * last of them and by the digest of what is in it. So a repeat finds its object there, and nothing else does: numbers
 * are those of one shard, and another's may be the same. Runs that are cut otherwise the second time overlap, which
 * a reader of the archive sees by the entries' own names.
 */
export const handler = followStream(async changes => {
  const entries = insertedItems(changes).filter(item => item !== undefined);
  const [first] = entries;
  if (!first) return changes.length;
  const run = `${changes[0]?.sequenceNumber}-${changes.at(-1)?.sequenceNumber}`;
  const body = entries.map(entry => `${canonical(entry as Json)}\n`).join('');
  const day = String(first.recordedAt).slice(0, 10);
  await putOnce(`entries/${day}/${run}-${sha256(body)}.ndjson`, body);
  return changes.length;
});

async function putOnce(key: string, body: string): Promise<void> {
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: required('ARCHIVE_BUCKET'),
        Key: key,
        Body: body,
        ContentType: 'application/x-ndjson',
        IfNoneMatch: '*',
      }),
    );
  } catch (error) {
    if (!(error instanceof Error && error.name === 'PreconditionFailed')) throw error;
  }
}
