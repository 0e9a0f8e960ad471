import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FixturePlatform, startFixture } from './fixture/platform.ts';

let platform: FixturePlatform;
beforeAll(async () => {
  platform = await startFixture();
});
afterAll(() => platform.close());

const act = async (path: string, body: object = {}) => (await platform.call('POST', path, body)).body;

it('stores an object only once under If-None-Match, and returns it', async () => {
  const text = '暖'.repeat(20_000);
  expect(await act('/put-object', { key: 'a/1 2.json', text, onlyNew: true })).toBe('stored');
  expect(await act('/put-object', { key: 'a/1 2.json', text: 'other', onlyNew: true })).toBe(
    'PreconditionFailed',
  );
  expect(await act('/get-object', { key: 'a/1 2.json' })).toBe(text);
  expect(await act('/put-object', { key: 'b', text: '' })).toBe('stored');
  expect(await act('/get-object', { key: 'none' })).toBe('NoSuchKey');
  expect(await act('/list-objects', { prefix: 'a/' })).toEqual(['a/1 2.json']);
});

it('generates a secret once and returns the same value each time', async () => {
  const secret = await act('/secret');
  expect(secret).toMatch(/^[A-Za-z0-9]{40}$/);
  expect(await act('/secret')).toBe(secret);
});

const awsCall = async (target: string, body: unknown) => {
  const response = await fetch(platform.awsEndpoint, {
    method: 'POST',
    headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as { __type?: string } };
};

it.each([
  ['AmazonSQS.PurgeQueue', {}, 'UnknownOperationException'],
  ['Nothing', {}, 'UnknownOperationException'],
  ['AmazonSQS.SendMessage', '{', 'SerializationException'],
  ['AmazonSQS.SendMessage', { QueueUrl: 'x/none', MessageBody: 'a' }, 'com.amazonaws.sqs#QueueDoesNotExist'],
  ['AmazonSQS.SendMessage', { QueueUrl: 'x/Fixture-WorkQueue' }, 'InvalidParameterValue'],
  ['AWSEvents.PutEvents', { Entries: [] }, 'ValidationException'],
  ['AWSEvents.PutEvents', { Entries: Array(11).fill({}) }, 'ValidationException'],
  ['AWSEvents.PutEvents', { Entries: [{ Detail: `"${'x'.repeat(300_000)}"` }] }, 'ValidationException'],
  ['secretsmanager.GetSecretValue', { SecretId: 'none' }, 'ResourceNotFoundException'],
])('answers %s %j with an AWS error', async (target, body, type) => {
  expect(await awsCall(target, body)).toMatchObject({ status: 400, body: { __type: type } });
});

it('answers an unsupported or invalid S3 request with an S3 error', async () => {
  const response = await fetch(`${platform.awsEndpoint}/fixture-bucket/key`, { method: 'DELETE' });
  expect(response.status).toBe(501);
  expect(await response.text()).toContain('<Code>NotImplemented</Code>');
  expect((await fetch(`${platform.awsEndpoint}/no-bucket/key`)).status).toBe(404);
  expect((await fetch(`${platform.awsEndpoint}/fixture-bucket/%zz`)).status).toBe(400);
});

it('decodes an object in aws-chunked encoding and rejects broken encodings', async () => {
  const put = (body: string) =>
    fetch(`${platform.awsEndpoint}/fixture-bucket/framed`, {
      method: 'PUT',
      headers: { 'content-encoding': 'aws-chunked', 'x-amz-trailer': 'x-amz-checksum-crc32' },
      body,
    });
  const framed = '5\r\nhello\r\n6;chunk-signature=00\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n';
  expect((await put(framed)).status).toBe(200);
  expect(await act('/get-object', { key: 'framed' })).toBe('hello world');
  for (const broken of ['no chunks', '5\r\nhel', 'zz\r\nhello\r\n0\r\n\r\n']) {
    expect((await put(broken)).status).toBe(400);
  }
  expect(await act('/get-object', { key: 'framed' })).toBe('hello world');
});
