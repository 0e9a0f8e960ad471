import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { required } from '../shared/runtime/environment.ts';
import { insertedItems } from '../shared/runtime/ledger-changes.ts';
import { serviceConfig } from '../shared/runtime/services.ts';
import { followStream } from '../shared/runtime/stream.ts';

const s3 = new S3Client(serviceConfig);

/**
 * Copies entries to where they can't be overwritten: one object for a run of changes, named after the first and the
 * last of them, so that a repeat finds its object there. Runs that are cut otherwise the second time overlap, which
 * a reader of the archive sees by the entries' own names.
 */
export const handler = followStream(async changes => {
  const entries = insertedItems(changes).filter(item => item !== undefined);
  const [first] = entries;
  if (!first) return changes.length;
  const name = `${changes[0]?.sequenceNumber}-${changes.at(-1)?.sequenceNumber}`;
  await putOnce(
    `entries/${String(first.recordedAt).slice(0, 10)}/${name}.ndjson`,
    entries.map(entry => `${JSON.stringify(entry)}\n`).join(''),
  );
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
