import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

interface PutEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

/** Bus, queue, bucket and secret over HTTP, as the SDK speaks to them. They keep what they are given, unless told otherwise. */
export class AwsDouble {
  /** Entries that the bus has accepted. */
  readonly onBus: PutEntry[] = [];
  /** Bodies that the queue has accepted. */
  readonly onQueue: string[] = [];
  /** Names of objects that the bucket has taken. */
  readonly inBucket: string[] = [];
  /** What is in each of them. */
  readonly objects: string[] = [];
  /** The secret, whatever its name. Not to be had while it is undefined. */
  secret: string | undefined;
  /** Messages that wait in each queue, by the end of its URL and the attribute that counts them. */
  waiting: Readonly<Record<string, Readonly<Record<string, number>>>> = {};
  /** Number of requests, refused ones included. */
  requests = 0;
  /** What each answer waits for, once its request has been counted. */
  waitsFor: () => Promise<void> = async () => {};
  /** Says of each entry or message whether it is refused. */
  refuses: (text: string) => boolean = () => false;
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', async () => {
      this.requests += 1;
      await this.waitsFor();
      if (request.method === 'PUT') {
        this.inBucket.push(request.url ?? '');
        this.objects.push(Buffer.concat(chunks).toString('utf8'));
        response.end();
        return;
      }
      const target = String(request.headers['x-amz-target']);
      const { status, body } = this.answer(target, JSON.parse(Buffer.concat(chunks).toString('utf8')));
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(body));
    });
  });

  /** @returns where it is */
  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    const address = this.server.address();
    if (typeof address !== 'object' || !address) throw new Error('no address');
    return `http://127.0.0.1:${address.port}`;
  }

  /** For functions that are loaded in this process. */
  async start(): Promise<void> {
    const url = await this.listen();
    Object.assign(process.env, {
      AWS_REGION: 'local',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_MAX_ATTEMPTS: '1',
      AWS_ENDPOINT_URL_EVENTBRIDGE: url,
      AWS_ENDPOINT_URL_SQS: url,
      AWS_ENDPOINT_URL_S3: url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
      BUS_NAME: 'bus',
      ARCHIVE_BUCKET: 'archive',
      CODE_KEYS_SECRET_ARN: 'arn:aws:secretsmanager:local:000000000000:secret:code-keys',
      AWARD_QUEUE_URL: `${url}/000000000000/awards`,
      AWARD_DEAD_LETTERS_URL: `${url}/000000000000/award-dead-letters`,
      RECEIVED_DEAD_LETTERS_URL: `${url}/000000000000/received-dead-letters`,
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
    });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  private answer(target: string, body: { Entries?: PutEntry[]; MessageBody?: string; QueueUrl?: string }) {
    if (target === 'AWSEvents.PutEvents') return this.put(body.Entries ?? []);
    if (target === 'AmazonSQS.SendMessage') return this.enqueue(body.MessageBody ?? '');
    if (target === 'AmazonSQS.GetQueueAttributes') return this.count(body.QueueUrl ?? '');
    if (target === 'secretsmanager.GetSecretValue') return this.reveal();
    throw new Error(`the double does not know ${target}`);
  }

  /** A bus that refuses some entries answers 200 all the same. */
  private put(entries: readonly PutEntry[]) {
    const results = entries.map((entry, index) => {
      if (this.refuses(entry.Detail)) return { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' };
      this.onBus.push(entry);
      return { EventId: `event-${index}` };
    });
    return {
      status: 200,
      body: { Entries: results, FailedEntryCount: results.filter(one => 'ErrorCode' in one).length },
    };
  }

  private count(url: string) {
    const counts = this.waiting[url.slice(url.lastIndexOf('/') + 1)] ?? {};
    const texts = Object.entries(counts).map(([name, value]) => [name, String(value)]);
    return { status: 200, body: { Attributes: Object.fromEntries(texts) } };
  }

  private reveal() {
    if (this.secret === undefined) return { status: 500, body: { __type: 'InternalServiceError' } };
    return { status: 200, body: { SecretString: this.secret } };
  }

  private enqueue(message: string) {
    if (this.refuses(message)) return { status: 500, body: { __type: 'InternalError', message: 'no' } };
    this.onQueue.push(message);
    const md5 = createHash('md5').update(message).digest('hex');
    return { status: 200, body: { MessageId: 'message-1', MD5OfMessageBody: md5 } };
  }
}
