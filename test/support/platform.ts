import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Role } from '../../shared/kernel/endpoint.ts';
import { type Client, client, clientFor } from '../../tools/client.ts';

export interface TestPlatform {
  readonly url: string;
  readonly anybody: Client;
  as(role: Role, id: string): Promise<Client>;
  setClock(now: string | null): Promise<unknown>;
  drain(): Promise<{ drained: boolean; deadLetters: number }>;
  close(): Promise<void>;
}

export type Talk = Omit<TestPlatform, 'close'>;

export function talkTo(url: string): Talk {
  const anybody = client(url);
  return {
    url,
    anybody,
    as: (role, id) => clientFor(url, role, id),
    setClock: now => anybody.send('PUT', '/_local/clock', { now }),
    drain: () => anybody.send('POST', '/_local/drain', {}),
  };
}

export function temporaryFolder(): string {
  return mkdtempSync(`${tmpdir()}/nuanxin-`);
}
