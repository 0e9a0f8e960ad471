import type { Clock } from '../state/clock.ts';
import { quietSqliteWarning } from '../state/sqlite-warning.ts';
import type { Database } from '../state/state.ts';
import { commonRecordFields, type StreamRecord, type StreamSource, sequenceText } from './stream-source.ts';

quietSqliteWarning();
const { DatabaseSync } = await import('node:sqlite');

/**
 * How often to check the engine's file for new commits. A check reads shared memory and takes a few
 * microseconds.
 */
const pollPeriodMs = 40;
/** Most records to delete at once, because trimming holds the engine's write lock. */
const trimRowsMax = 2000;

interface Row {
  event_name: string;
  keys_json: string;
  new_image: string | null;
  old_image: string | null;
  sequence: number;
  created_at: number;
  stream_view_type: string;
}

/**
 * The streams of the embedded engine, read from its SQLite file. That is cheaper than polling its HTTP API.
 */
export function openEmbeddedStreams(file: string, clock: Clock): StreamSource {
  const database: Database = new DatabaseSync(file);
  database.exec('PRAGMA busy_timeout = 2000');
  // The engine finds the last sequence number of a table by a scan of its records. This index keeps that
  // fast.
  database.exec(`CREATE INDEX IF NOT EXISTS nuanxin_stream_order
    ON _stream_records (table_name, CAST(sequence_number AS INTEGER))`);
  const order = 'CAST(sequence_number AS INTEGER)';
  const readRows = database.prepare(`
    SELECT event_name, keys_json, new_image, old_image, ${order} AS sequence, r.created_at, t.stream_view_type
    FROM _stream_records r JOIN _tables t USING (table_name)
    WHERE table_name = ? AND ${order} > ? ORDER BY ${order} LIMIT ?`);
  const readLast = database.prepare(
    `SELECT ${order} AS last FROM _stream_records WHERE table_name = ? ORDER BY ${order} DESC LIMIT 1`,
  );
  const deleteRows = database.prepare(`
    DELETE FROM _stream_records WHERE id IN (
      SELECT id FROM _stream_records WHERE table_name = ? AND ${order} <= ? ORDER BY ${order} LIMIT ?)`);
  const version = database.prepare('PRAGMA data_version');
  const listeners: (() => void)[] = [];
  let seen = version.get()?.data_version;
  const timer = setInterval(() => {
    const current = version.get()?.data_version;
    if (current === seen) return;
    seen = current;
    for (const listener of listeners) listener();
  }, pollPeriodMs);
  const last = (table: string) => Number(readLast.get(table)?.last ?? 0);
  return {
    read: async (table, after, limit) => {
      const rows = readRows.all(table, Number(after), limit) as unknown as Row[];
      return rows.map(row => recordOf(table, row, clock));
    },
    end: async table => sequenceText(last(table)),
    trim(table, consumed) {
      // Keeps the last record, from which the engine derives the next sequence number.
      deleteRows.run(table, Math.min(Number(consumed), last(table) - 1), trimRowsMax);
    },
    onChange: listener => void listeners.push(listener),
    close() {
      clearInterval(timer);
      database.close();
    },
  };
}

function recordOf(table: string, row: Row, clock: Clock): StreamRecord {
  // The engine stamps records with real time; functions use the platform's clock.
  const offsetSeconds = Math.round((clock.now() - Date.now()) / 1000);
  const sizeBytes = row.keys_json.length + (row.new_image?.length ?? 0) + (row.old_image?.length ?? 0);
  return {
    eventID: `${table}-${row.sequence}`,
    eventName: row.event_name,
    ...commonRecordFields(table),
    dynamodb: {
      ApproximateCreationDateTime: row.created_at + offsetSeconds,
      Keys: JSON.parse(row.keys_json),
      ...(row.new_image !== null && { NewImage: JSON.parse(row.new_image) }),
      ...(row.old_image !== null && { OldImage: JSON.parse(row.old_image) }),
      SequenceNumber: sequenceText(row.sequence),
      SizeBytes: sizeBytes,
      StreamViewType: row.stream_view_type,
    },
  };
}
