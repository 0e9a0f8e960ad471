import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { driversConcurrentMax } from '../../../shared/awards/use-cases/award-deliveries.ts';
import { Killed, type Peer } from './peer.ts';

const run = promisify(execFile);

/**
 * A SQL ledger: one statement per award inserts the entry under its name and, if it is new, updates the account. pgbench,
 * PostgreSQL's fastest client, drives it over a socket. Every commit is flushed to the disk. No rules, caps or chain.
 */
const schema = `
  CREATE TABLE accounts (driver_id text PRIMARY KEY, seq int NOT NULL, balance int NOT NULL, month_score int NOT NULL);
  CREATE TABLE ledger (
    entry_id text PRIMARY KEY, driver_id text NOT NULL, points int NOT NULL, platform_id text NOT NULL,
    activity text NOT NULL, month text NOT NULL, occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL
  );
  CREATE INDEX ON ledger (driver_id, recorded_at);`;

const award = (driver: string, name: string, at = 'now()') => `
  WITH fresh AS (
    INSERT INTO ledger (entry_id, driver_id, points, platform_id, activity, month, occurred_at, recorded_at)
    VALUES (${name}, ${driver}, 5, 'rides', 'report', '2026-03', ${at}, ${at})
    ON CONFLICT DO NOTHING RETURNING driver_id, points
  )
  INSERT INTO accounts AS a (driver_id, seq, balance, month_score) SELECT driver_id, 1, points, points FROM fresh
  ON CONFLICT (driver_id) DO UPDATE SET seq = a.seq + 1, balance = a.balance + excluded.balance,
    month_score = a.month_score + excluded.month_score;`;

export interface Postgres {
  /** Measures awards per second. */
  rate(drivers: number, awards: number): Promise<number>;
  /** Runs each award in its own client process. */
  readonly peer: Peer;
  close(): Promise<void>;
}

/** @returns undefined if the PostgreSQL server is not installed */
export async function startPostgres(): Promise<Postgres | undefined> {
  const bin = findBin();
  if (!bin) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'nuanxin-postgres-'));
  const user = unprivileged();
  if (user) chownSync(folder, user.uid, user.gid);
  const as = user ?? {};
  const data = join(folder, 'data');
  await run(`${bin}/initdb`, ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8'], as);
  const server = spawn(`${bin}/postgres`, ['-D', data, '-k', folder, '-c', 'listen_addresses='], {
    ...as,
    stdio: 'ignore',
  });
  const connection = ['-h', folder, '-U', 'bench'];
  const sql = async (text: string) => {
    const { stdout } = await run(`${bin}/psql`, [...connection, '-d', 'postgres', '-qAt', '-c', text]);
    return stdout.trim();
  };
  await untilReady(sql);
  await sql(schema);
  const script = join(folder, 'award.sql');
  return {
    rate: async (drivers, awards) => {
      writeFileSync(
        script,
        `\\set d random(1, ${drivers})\n${award("'d-' || :d", 'gen_random_uuid()::text').replaceAll('\n', ' ')}`,
      );
      const each = Math.ceil(awards / driversConcurrentMax);
      const load = ['-c', String(driversConcurrentMax), '-j', '1', '-t', String(each)];
      const { stdout } = await run(`${bin}/pgbench`, [
        ...connection,
        '-n',
        '-M',
        'prepared',
        ...load,
        '-f',
        script,
        'postgres',
      ]);
      const tps = /tps = ([\d.]+) \(without/.exec(stdout)?.[1];
      if (!tps) throw new Error(`pgbench printed ${stdout}`);
      return Number(tps);
    },
    peer: {
      award: async ({ driverId, name, now, dies }) => {
        const text = award(`'${driverId}'`, `'${name}'`, `to_timestamp(${now / 1000})`);
        if (!dies) await sql(text);
        else await killAfterCommit(`${bin}/psql`, connection, text);
      },
      balanceOf: async driverId =>
        Number(await sql(`SELECT coalesce(sum(balance), 0) FROM accounts WHERE driver_id = '${driverId}'`)),
    },
    close: () => stop(server, folder),
  };
}

/** Searches the PATH and Debian's folders. */
function findBin(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort().reverse() : [];
  const folders = [
    ...(process.env.PATH ?? '').split(':'),
    ...versions.map(version => `${debian}/${version}/bin`),
  ];
  return folders.find(folder =>
    ['initdb', 'postgres', 'pgbench', 'psql'].every(name => existsSync(join(folder, name))),
  );
}

/** The server refuses to run as root, so it runs as the user that Debian's package creates. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres']).toString());
  return { uid: id('-u'), gid: id('-g') };
}

async function untilReady(sql: (text: string) => Promise<string>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await sql('SELECT 1');
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await pause(100);
    }
  }
}

/** Kills the client with SIGKILL after its statement is committed, before it reports. */
async function killAfterCommit(command: string, connection: readonly string[], text: string): Promise<never> {
  const statements = [text, "SELECT 'committed'", 'SELECT pg_sleep(60)'].flatMap(each => ['-c', each]);
  const client = spawn(command, [...connection, '-d', 'postgres', '-qAt', ...statements], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(client, 'exit');
  const [output] = await Promise.race([once(client.stdout, 'data'), ended]);
  client.kill('SIGKILL');
  await ended;
  throw String(output).startsWith('committed') ? new Killed() : new Error(`psql printed ${output}`);
}

async function stop(server: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise(resolve => server.once('exit', resolve));
  server.kill('SIGINT');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}
