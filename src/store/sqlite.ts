/** Journal, secrets and lock of one platform, in one SQLite file that only its owner can read. */
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { JournalEntry, LockHolder, Store } from '../ports/store.ts';

const schema = `
  CREATE TABLE IF NOT EXISTS journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    run TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS lock (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    holder TEXT NOT NULL
  ) STRICT;
`;

export function openSqliteStore(file: string): Store {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file);
  chmodSync(file, 0o600);
  // WAL with NORMAL loses nothing when the process is killed, only when the host loses its power.
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(schema);

  const insert = database.prepare(
    'INSERT INTO journal (at_ms, run, kind, subject, reason, detail) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const select = database.prepare('SELECT * FROM journal WHERE id > ? ORDER BY id DESC LIMIT ?');
  const secret = database.prepare('SELECT value FROM secrets WHERE name = ?');
  const keep = database.prepare('INSERT OR IGNORE INTO secrets (name, value) VALUES (?, ?)');
  const replace = database.prepare('UPDATE secrets SET value = ? WHERE name = ? AND value = ?');

  const getSecret = (name: string) => secret.get(name)?.value as string | undefined;
  return {
    append({ atMs, run, kind, subject, reason, detail }) {
      return Number(insert.run(atMs, run, kind, subject, reason, JSON.stringify(detail)).lastInsertRowid);
    },
    entries({ limit, after = 0 }) {
      return select.all(after, limit).map(readEntry);
    },
    getSecret,
    putSecret(name, value) {
      keep.run(name, value);
      return getSecret(name) ?? value;
    },
    replaceSecret(name, old, value) {
      replace.run(value, name, old);
      return getSecret(name) ?? value;
    },
    lock(holder, alive) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const row = database.prepare('SELECT holder FROM lock').get();
        const current = row === undefined ? undefined : (JSON.parse(String(row.holder)) as LockHolder);
        if (current !== undefined && alive(current)) {
          database.exec('ROLLBACK');
          return current;
        }
        database.prepare('INSERT OR REPLACE INTO lock (one, holder) VALUES (1, ?)').run(JSON.stringify(holder));
        database.exec('COMMIT');
        return undefined;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    unlock(holder) {
      database.prepare('DELETE FROM lock WHERE holder = ?').run(JSON.stringify(holder));
    },
    close() {
      database.close();
    },
  };
}

function readEntry(row: Record<string, unknown>): JournalEntry {
  return {
    id: Number(row.id),
    atMs: Number(row.at_ms),
    run: String(row.run),
    kind: String(row.kind) as JournalEntry['kind'],
    subject: String(row.subject),
    reason: String(row.reason),
    detail: JSON.parse(String(row.detail)) as JournalEntry['detail'],
  };
}
