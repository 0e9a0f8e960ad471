import { createHash, createHmac } from 'node:crypto';

const [region, service] = ['local', 'dynamodb'];
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const keyed = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const keys = new Map<string, Buffer>();

/** Sends one signed request (Signature Version 4) to DynamoDB without the SDK: the lower bound of a call. */
export async function signedPost(endpoint: string, target: string, body: string): Promise<unknown> {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const host = endpoint.slice('http://'.length);
  const names = 'content-type;host;x-amz-date;x-amz-target';
  const headers = `content-type:application/x-amz-json-1.0\nhost:${host}\nx-amz-date:${time}\nx-amz-target:${target}\n`;
  const request = hash(`POST\n/\n\n${headers}\n${names}\n${hash(body)}`);
  const signature = keyed(keyOf(day), `AWS4-HMAC-SHA256\n${time}\n${scope}\n${request}`).toString('hex');
  const response = await fetch(endpoint, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': time,
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 Credential=local/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    },
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${target}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

function keyOf(day: string): Buffer {
  const known = keys.get(day);
  if (known) return known;
  const key = [region, service, 'aws4_request'].reduce<Buffer>(keyed, keyed('AWS4local', day));
  keys.clear();
  keys.set(day, key);
  return key;
}
