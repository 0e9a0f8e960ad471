import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';

/** Reads the archive of entries. Its objects never change, so each is read once. */
export class Archive {
  readonly #bucket: string;
  readonly #lines = new Map<string, readonly string[]>();

  constructor(bucket: string) {
    this.#bucket = bucket;
  }

  /** The hashes of archived entries with the tag. */
  async hashes(awsUrl: string, tag: string): Promise<Set<string>> {
    await this.#readNew(awsUrl);
    const lines = [...this.#lines.values()].flat().filter(line => line.includes(tag));
    return new Set(lines.map(line => String(JSON.parse(line).hash)));
  }

  async #readNew(awsUrl: string): Promise<void> {
    const s3 = new S3Client({
      endpoint: awsUrl,
      region: 'local',
      forcePathStyle: true,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    let token: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket: this.#bucket, ...(token ? { ContinuationToken: token } : {}) }),
      );
      for (const { Key = '' } of page.Contents ?? []) {
        if (this.#lines.has(Key)) continue;
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key }));
        this.#lines.set(Key, ((await Body?.transformToString()) ?? '').split('\n'));
      }
      token = page.NextContinuationToken;
    } while (token);
    s3.destroy();
  }
}
