import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { resident } from '../support/generated-city.ts';

/**
 * A sorted set in Redis or Valkey, as leaderboards are often built. It is filled over a socket with a thousand members per
 * command and sixteen concurrent commands. Minutes are the fraction of the score, so they break ties. It is one board
 * without shared ranks, and it is lost when the server stops.
 */
export interface SortedSets {
  readonly name: string;
  /** Fills a set with this many drivers and returns the milliseconds. */
  fill(drivers: number): Promise<number>;
  close(): Promise<void>;
}

/** @returns undefined if neither is installed */
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
      const workers = Array.from({ length: 16 }, async () => {
        for (const chunk of waiting) await connection.send(['ZADD', 'board', ...chunk]);
      });
      await Promise.all(workers);
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

/** The part of the protocol that is used: each command is answered by one line. */
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
