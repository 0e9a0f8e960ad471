import { createServer } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Access, accessesOf, objectAccess } from '../../local/permissions/accesses.ts';
import { Permissions } from '../../local/permissions/permissions.ts';
import { startTableProxy, type TableProxy } from '../../local/permissions/table-proxy.ts';
import type { Grant, Model } from '../../local/template/model.ts';

const table = (name: string) => `arn:aws:dynamodb:cn-local-1:000000000000:table/${name}`;
const grants: Grant[] = [
  { actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [table('Work')] },
  { actions: ['dynamodb:Query'], resources: [`${table('Work')}/index/byDay`] },
  { actions: ['s3:PutObject'], resources: ['arn:aws:s3:::archive/*'] },
];
const reported: Access[] = [];
const permissions = new Permissions(
  {
    functions: new Map([['Worker', { name: 'Worker', role: 'WorkerRole' }]]),
    policies: [{ roles: ['WorkerRole'], grants }],
  } as unknown as Model,
  (_name, access) => reported.push(access),
);

describe('accessesOf', () => {
  it.each([
    ['GetItem', { TableName: 'T' }, [['GetItem', 'T']]],
    ['Query', { TableName: 'T', IndexName: 'I' }, [['Query', 'T/index/I']]],
    ['Scan', { TableName: 'T' }, [['Scan', 'T']]],
    [
      'BatchGetItem',
      { RequestItems: { T: {}, U: {} } },
      [
        ['BatchGetItem', 'T'],
        ['BatchGetItem', 'U'],
      ],
    ],
    [
      'TransactWriteItems',
      {
        TransactItems: [
          { Put: { TableName: 'T' } },
          { Update: { TableName: 'U' } },
          { Delete: { TableName: 'V' } },
          { ConditionCheck: { TableName: 'W' } },
        ],
      },
      [
        ['PutItem', 'T'],
        ['UpdateItem', 'U'],
        ['DeleteItem', 'V'],
        ['ConditionCheckItem', 'W'],
      ],
    ],
  ] as const)('lists the accesses of %s', (operation, input, expected) => {
    expect(accessesOf(`DynamoDB_20120810.${operation}`, input)).toEqual(
      expected.map(([action, name]) => ({ action: `dynamodb:${action}`, resource: table(name) })),
    );
  });

  it('throws for an operation that it does not know', () => {
    expect(() => accessesOf('DynamoDB_20120810.ExecuteStatement', {})).toThrow('ExecuteStatement');
  });

  it('maps S3 requests to actions on objects and buckets', () => {
    expect(objectAccess('PUT', '/archive/a/b%20c?x-id=PutObject')).toEqual({
      action: 's3:PutObject',
      resource: 'arn:aws:s3:::archive/a/b c',
    });
    expect(objectAccess('GET', '/archive?list-type=2').action).toBe('s3:ListBucket');
    expect(objectAccess('DELETE', '/archive/a').action).toBe('s3:DELETE');
  });
});

describe('Permissions', () => {
  const check = (action: string, resource: string) => () =>
    permissions.check('Worker', [{ action, resource }]);

  it('permits what the role of the function grants', () => {
    expect(check('dynamodb:PutItem', table('Work'))).not.toThrow();
    expect(check('dynamodb:Query', `${table('Work')}/index/byDay`)).not.toThrow();
    expect(check('s3:PutObject', 'arn:aws:s3:::archive/a/b')).not.toThrow();
  });

  it.each([
    ['dynamodb:DeleteItem', table('Work')],
    ['dynamodb:GetItem', table('Works')],
    ['dynamodb:GetItem', table('Wor')],
    ['dynamodb:Query', table('Work')],
    ['dynamodb:GetItem', `${table('Work')}/index/byDay`],
    ['s3:PutObject', 'arn:aws:s3:::archive'],
    ['s3:PutObject', 'arn:aws:s3:::archive2/a'],
    ['s3:GetObject', 'arn:aws:s3:::archive/a'],
  ])('denies %s on %s, which the role does not grant', (action, resource) => {
    expect(check(action, resource)).toThrow(`Worker is not authorized to perform: ${action}`);
  });
});

describe('the table proxy', () => {
  const received: { authorization: string; body: string }[] = [];
  const engine = createServer((request, response) => {
    let body = '';
    request.on('data', chunk => {
      body += chunk;
    });
    request.on('end', () => {
      if (body.includes('"dies"')) {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"Item":', () => request.socket.destroy());
        return;
      }
      received.push({ authorization: String(request.headers.authorization), body });
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end('{"Item":{"id":{"S":"1"}}}');
    });
  });
  let proxy: TableProxy;
  let client: DynamoDBClient;
  beforeAll(async () => {
    await new Promise<void>(resolve => engine.listen(0, '127.0.0.1', resolve));
    const address = engine.address();
    proxy = await startTableProxy(
      `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
      permissions,
    );
    client = new DynamoDBClient({
      endpoint: proxy.endpoint,
      region: 'local',
      credentials: { accessKeyId: 'Worker', secretAccessKey: 'local' },
    });
  });
  afterAll(async () => {
    client.destroy();
    await proxy.close();
    engine.close();
  });

  it('forwards a permitted request with the access key that all functions share', async () => {
    const { Item } = await client.send(new GetCommand({ TableName: 'Work', Key: { id: '1' } }));
    expect(Item).toEqual({ id: '1' });
    expect(received).toHaveLength(1);
    expect(received[0]?.authorization).toContain('Credential=local/');
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({ TableName: 'Work', Key: { id: { S: '1' } } });
    expect(reported).toContainEqual({ action: 'dynamodb:GetItem', resource: table('Work') });
  });

  it('closes the connection when the engine dies while it answers', async () => {
    const body = JSON.stringify({ TableName: 'Work', Key: { id: { S: 'dies' } } });
    const headers = {
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      authorization: 'AWS4-HMAC-SHA256 Credential=Worker/20260310/local/dynamodb/aws4_request',
    };
    const answer = await fetch(proxy.endpoint, { method: 'POST', headers, body });
    await expect(answer.text()).rejects.toThrow();
  });

  it.each([
    [
      'a request to a table that is not granted',
      () => client.send(new BatchGetCommand({ RequestItems: { Other: { Keys: [{ id: '1' }] } } })),
    ],
    [
      'a transaction with one part that is not granted',
      () =>
        client.send(
          new TransactWriteCommand({
            TransactItems: [
              { Put: { TableName: 'Work', Item: { id: '1' } } },
              { Delete: { TableName: 'Work', Key: { id: '2' } } },
            ],
          }),
        ),
    ],
  ])('rejects %s and does not forward it', async (_what, send) => {
    const before = received.length;
    await expect(send()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(received).toHaveLength(before);
  });
});
