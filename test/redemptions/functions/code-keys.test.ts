import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AwsDouble } from '../../support/aws-double.ts';

/** How a running function learns of another key. */

const aws = new AwsDouble();
const secretOf = (current: string) =>
  JSON.stringify({
    current,
    1: 'the first secret of all '.repeat(2),
    2: 'the second secret, later '.repeat(2),
  });
const keptMs = 5 * 60_000;

let openCodes: typeof import('../../../shared/runtime/code-keys.ts').openCodes;
let nowMs = 0;

beforeAll(() => aws.start());
afterAll(() => aws.stop());
beforeEach(async () => {
  vi.resetModules();
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  ({ openCodes } = await import('../../../shared/runtime/code-keys.ts'));
  aws.secret = secretOf('1');
  aws.requests = 0;
});

const versionMade = async () => (await openCodes()).candidates('seed')[0].keyVersion;

describe('the keys of the codes', () => {
  it('are read once in five minutes, and then another may be current', async () => {
    expect([await versionMade(), await versionMade()]).toEqual(['1', '1']);
    aws.secret = secretOf('2');
    nowMs += keptMs - 1;
    expect(await versionMade()).toBe('1');
    expect(aws.requests).toBe(1);
    nowMs += 1;
    expect(await versionMade()).toBe('2');
    expect(aws.requests).toBe(2);
  });

  it('go on as they were where they cannot be read again', async () => {
    expect(await versionMade()).toBe('1');
    for (const unreadable of [undefined, 'no JSON', JSON.stringify({ current: '3' })]) {
      aws.secret = unreadable;
      nowMs += keptMs;
      expect(await versionMade()).toBe('1');
    }
    aws.secret = secretOf('2');
    nowMs += keptMs;
    expect(await versionMade()).toBe('2');
  });

  it('are asked for again at once where they have never been read', async () => {
    aws.secret = undefined;
    await expect(versionMade()).rejects.toThrow();
    aws.secret = secretOf('2');
    expect(await versionMade()).toBe('2');
  });
});
