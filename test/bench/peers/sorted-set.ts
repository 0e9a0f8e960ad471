import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { resident } from '../support/paper-city.ts';

/**
 * A sorted set in Redis or Valkey, as leaderboards are often built: filled over a socket, a thousand members a
 * command, sixteen commands on their way at once. Minutes stand behind the point, so that they decide where scores are
 * equal. It has one scope, no shared ranks, and keeps nothing when it is switched off.
 */
export interface SortedSets {
  readonly name: string;
  /** Milliseconds to fill a set of so many drivers. */
  fill(drivers: number): Promise<number>;
  close(): Promise<void>;
}

/** @returns undefined where neither is installed */
export async function startSortedSets(): Promise<SortedSets | undefined> {
  const name = ['valkey-server', 'redis-server'].find(isInstalled);
  if (!name) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'nuanxin-sets-'));
  const path = join(folder, 'socket');
  const server = spawn(name, ['--port', '0', '--unixsocket', path, '--save', '', '--appendonly', 'no'], {
    cwd: folder,
    stdio: 'ignore',
  });
  while (!existsSync(path)) await pause(20);
  const connection = new Connection(connect(path));
  return {
    name,
    fill: async drivers => {
      await connection.send(['DEL', 'board']);
      const start = performance.now();
      const waiting = chunks(drivers);
      const lanes = Array.from({ length: 16 }, async () => {
        for (const chunk of waiting) await connection.send(['ZADD', 'board', ...chunk]);
      });
      await Promise.all(lanes);
      return performance.now() - start;
    },
    close: async () => {
      connection.end();
      const ended = new Promise(resolve => server.once('exit', resolve));
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isInstalled(name: string): boolean {
  return (process.env.PATH ?? '').split(':').some(folder => existsSync(join(folder, name)));
}

function* chunks(drivers: number): Generator<string[]> {
  for (let start = 0; start < drivers; start += 1000) {
    const members: string[] = [];
    for (let index = start; index < Math.min(start + 1000, drivers); index += 1) {
      const { driverId, score, minutes } = resident(index);
      members.push(String(score + minutes / 10_000), driverId);
    }
    yield members;
  }
}

/** Just as much of the protocol as is asked for: commands out, one line for each back. */
class Connection {
  private readonly socket: Socket;
  private readonly waiting: ((line: string) => void)[] = [];
  private rest = '';

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.rest + text).split('\r\n');
      this.rest = lines.pop() ?? '';
      for (const line of lines) this.waiting.shift()?.(line);
    });
  }

  async send(words: readonly string[]): Promise<string> {
    const body = words.map(word => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('');
    const answer = new Promise<string>(resolve => this.waiting.push(resolve));
    this.socket.write(`*${words.length}\r\n${body}`);
    const line = await answer;
    if (line.startsWith('-')) throw new Error(line);
    return line;
  }

  end(): void {
    this.socket.end();
  }
}
