import type { State } from '../state/state.ts';

/** The SQL statements of the queues, on the table `messages`. */
export function prepareQueueStatements({ database }: State) {
  return {
    insert: database.prepare(
      `INSERT INTO messages (queue, message_id, body, attributes, sent_at, visible_at)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    /** Makes all messages that were received before visible again, and takes back their last receive. */
    releaseAll: database.prepare(
      'UPDATE messages SET visible_at = ?, received = received - 1 WHERE received > 0',
    ),
    visible: database.prepare(
      'SELECT * FROM messages WHERE queue = ? AND visible_at <= ? ORDER BY visible_at, id LIMIT ?',
    ),
    take: database.prepare(
      'UPDATE messages SET visible_at = ?, received = ?, first_received_at = ? WHERE id = ?',
    ),
    /** Finds a message if no other consumer has received it since. */
    held: database.prepare('SELECT * FROM messages WHERE id = ? AND received = ?'),
    /** Deletes a message if no other consumer has received it since. */
    deleteHeld: database.prepare('DELETE FROM messages WHERE id = ? AND received = ?'),
    delete: database.prepare('DELETE FROM messages WHERE id = ?'),
    setVisibleAt: database.prepare('UPDATE messages SET visible_at = ? WHERE id = ?'),
    move: database.prepare(
      'UPDATE messages SET queue = ?, source_queue = ?, visible_at = ?, received = 0 WHERE id = ?',
    ),
    all: database.prepare('SELECT * FROM messages WHERE queue = ? ORDER BY id'),
    count: database.prepare('SELECT count(*) AS count FROM messages WHERE queue = ?'),
    countVisible: database.prepare(
      'SELECT count(*) AS count FROM messages WHERE queue = ? AND visible_at <= ?',
    ),
    nextVisible: database.prepare('SELECT min(visible_at) AS at FROM messages WHERE queue = ?'),
  };
}
