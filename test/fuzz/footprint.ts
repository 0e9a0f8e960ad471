import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

/** Internal tables of the engine and the local runtime. */
const ofTheEngine = /^(_|sqlite_)|^(settings|stream_positions)$/;

/**
 * Detects writes of a local platform: items, messages, deliveries, objects. Checking for a commit takes microseconds, so it
 * can be done after every request.
 */
export class Footprint {
  readonly #files: readonly StoredFile[];

  constructor(dataDir: string) {
    this.#files = ['tables.sqlite', 'platform.sqlite'].map(name => new StoredFile(`${dataDir}/${name}`));
  }

  /** Takes the present contents as the reference. */
  mark(): void {
    for (const file of this.#files) file.mark();
  }

  /** Names of the tables that changed since the last `mark`. */
  changed(): string[] {
    return this.#files.flatMap(file => file.changed());
  }

  close(): void {
    for (const file of this.#files) file.close();
  }
}

class StoredFile {
  readonly #now: DatabaseSync;
  /** Holds a read transaction since the mark, so it still sees the contents of that time. */
  readonly #marked: DatabaseSync;
  #version: unknown;

  constructor(path: string) {
    this.#now = new DatabaseSync(path, { readOnly: true });
    this.#marked = new DatabaseSync(path, { readOnly: true });
    this.mark();
  }

  mark(): void {
    const version = versionOf(this.#now);
    if (this.#marked.isTransaction) {
      if (version === this.#version) return;
      this.#marked.exec('ROLLBACK');
    }
    this.#version = version;
    this.#marked.exec('BEGIN');
    this.#marked.prepare('SELECT count(*) FROM sqlite_master').get();
  }

  changed(): string[] {
    if (versionOf(this.#now) === this.#version) return [];
    const before = contentOf(this.#marked);
    const after = contentOf(this.#now);
    return [...after].filter(([name, digest]) => before.get(name) !== digest).map(([name]) => name);
  }

  close(): void {
    this.#marked.close();
    this.#now.close();
  }
}

/** A number that changes with every commit of another connection. */
function versionOf(database: DatabaseSync): unknown {
  return database.prepare('PRAGMA data_version').get()?.data_version;
}

function contentOf(database: DatabaseSync): Map<string, string> {
  const names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  return new Map(
    names
      .map(({ name }) => String(name))
      .filter(name => !ofTheEngine.test(name))
      .map(name => [name, digestOf(database, name)]),
  );
}

function digestOf(database: DatabaseSync, table: string): string {
  const hash = createHash('sha1');
  for (const row of database.prepare(`SELECT * FROM "${table}"`).iterate()) hash.update(JSON.stringify(row));
  return hash.digest('hex');
}
