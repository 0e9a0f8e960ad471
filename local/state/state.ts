import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync as Database } from 'node:sqlite';
import { quietSqliteWarning } from './sqlite-warning.ts';

quietSqliteWarning();
const { DatabaseSync } = await import('node:sqlite');

export type { Database };

/** The data folder cannot be used. The message tells the person at the terminal why. */
export class DataDirRefused extends Error {}

const schema = `
  CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    message_id TEXT NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,      -- message attributes, JSON
    sent_at INTEGER NOT NULL,      -- by the clock of the functions
    first_received_at INTEGER,     -- by the clock of the functions
    visible_at INTEGER NOT NULL,   -- real time, so that setting the clock neither hides nor shows a message
    received INTEGER NOT NULL DEFAULT 0,
    source_queue TEXT              -- queue that a dead letter came from
  );
  CREATE INDEX IF NOT EXISTS messages_by_queue ON messages (queue, visible_at);
  CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    function TEXT NOT NULL,
    event TEXT NOT NULL,
    dead_letters TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL        -- real time
  );
  CREATE TABLE IF NOT EXISTS stream_positions (mapping TEXT PRIMARY KEY, position TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    body BLOB NOT NULL,
    etag TEXT NOT NULL,
    content_type TEXT NOT NULL,
    metadata TEXT NOT NULL,        -- x-amz-meta-…, JSON
    stored_at INTEGER NOT NULL,
    PRIMARY KEY (bucket, key)
  ) WITHOUT ROWID;
`;

/** The durable state apart from the tables: settings, messages, deliveries, stream positions, objects. */
export interface State {
  database: Database;
  setting(key: string): string | undefined;
  setSetting(key: string, value: string): void;
  /** Runs `work` in one transaction. Commits if it returns, rolls back if it throws. */
  transaction<T>(work: () => T): T;
  close(): void;
}

export function openState(dataDir: string): State {
  prepareFolder(dataDir);
  const lock = lockFolder(dataDir);
  const database = new DatabaseSync(join(dataDir, 'platform.sqlite'));
  // With NORMAL a killed process loses nothing; only a power cut could lose the last commits.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(schema);
  const read = database.prepare('SELECT value FROM settings WHERE key = ?');
  const write = database.prepare('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)');
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  return {
    database,
    setting: key => read.get(key)?.value as string | undefined,
    setSetting: (key, value) => void write.run(key, value),
    transaction(work) {
      begin.run();
      try {
        const result = work();
        commit.run();
        return result;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    close() {
      database.close();
      lock.close();
    },
  };
}

function prepareFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, '.writable'), '');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataDirRefused(`DATA_DIR ${dataDir} is not writable: ${reason}`);
  }
}

/** Takes a file lock, which the operating system releases when the process ends, even after kill -9. */
function lockFolder(dataDir: string): Database {
  const lock = new DatabaseSync(join(dataDir, 'lock.sqlite'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    return lock;
  } catch {
    lock.close();
    throw new DataDirRefused(`DATA_DIR ${dataDir} is in use by another running platform`);
  }
}
