import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

/** Kept by the engine and the runtime for themselves. */
const ofTheEngine = /^(_|sqlite_)|^(settings|stream_positions)$/;

/**
 * What is stored by a platform of this machine: items, messages, deliveries, objects. To look whether anything was
 * committed takes microseconds, so that it can be done after every request.
 */
export class Footprint {
  readonly #files: {
    readonly database: DatabaseSync;
    version: unknown;
    tables: ReadonlyMap<string, string>;
  }[];

  constructor(dataDir: string) {
    this.#files = ['tables.sqlite', 'platform.sqlite'].map(name => {
      const database = new DatabaseSync(`${dataDir}/${name}`, { readOnly: true });
      return { database, version: versionOf(database), tables: contentOf(database) };
    });
  }

  /** Names of the tables that are not as they were when this was last asked. */
  changed(): string[] {
    return this.#files.flatMap(file => {
      const version = versionOf(file.database);
      if (version === file.version) return [];
      const before = file.tables;
      file.version = version;
      file.tables = contentOf(file.database);
      return [...file.tables].filter(([name, digest]) => before.get(name) !== digest).map(([name]) => name);
    });
  }

  close(): void {
    for (const { database } of this.#files) database.close();
  }
}

/** A number that changes with every commit of anybody else. */
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
