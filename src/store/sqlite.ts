/** Journal, secrets and lock of one platform, in one SQLite file that only its owner can read. */
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { nextTerm } from '../model/term.ts';
import type { JournalEntry, JournalQuery, LockHolder, LockName, Store } from '../ports/store.ts';
import { revisionsIn, revisionsSchema } from './revisions.ts';

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
  CREATE INDEX IF NOT EXISTS journal_by_kind ON journal (kind, subject, id);
  CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS locks (name TEXT PRIMARY KEY, holder TEXT NOT NULL) STRICT;
`;

/** Of what is kept; no other name is of this form. */
const termName = 'term';

export function openSqliteStore(file: string): Store {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file);
  chmodSync(file, 0o600);
  // WAL with NORMAL loses nothing when the process is killed, only when the host loses its power.
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(schema);
  database.exec(revisionsSchema);

  const insert = database.prepare(
    'INSERT INTO journal (at_ms, run, kind, subject, reason, detail) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const select = ({ limit, after = 0, kind, subject }: JournalQuery) => {
    const wanted = [
      ['id > ?', after],
      ['kind = ?', kind],
      ['subject = ?', subject],
    ] as const;
    const given = wanted.flatMap(([is, value]) => (value === undefined ? [] : [[is, value] as const]));
    const where = given.map(([is]) => is).join(' AND ');
    const query = database.prepare(`SELECT * FROM journal WHERE ${where} ORDER BY id DESC LIMIT ?`);
    return query.all(...given.map(([, value]) => value), limit);
  };
  const secret = database.prepare('SELECT value FROM secrets WHERE name = ?');
  const keepFirst = database.prepare('INSERT OR IGNORE INTO secrets (name, value) VALUES (?, ?)');
  const replace = database.prepare('UPDATE secrets SET value = ? WHERE name = ? AND value = ?');

  const kept = database.prepare('SELECT value FROM kept WHERE name = ?');
  const keepLast = database.prepare('INSERT OR REPLACE INTO kept (name, value) VALUES (?, ?)');
  const locked = database.prepare('SELECT holder FROM locks WHERE name = ?');

  const holderOf = (name: LockName) => {
    const row = locked.get(name);
    return row === undefined ? undefined : (JSON.parse(String(row.holder)) as LockHolder);
  };
  const term = () => Number(kept.get(termName)?.value ?? 0);
  const atOnce = <Result>(work: () => Result): Result => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  };
  const getSecret = (name: string) => secret.get(name)?.value as string | undefined;
  return {
    revisions: revisionsIn(database, join(dirname(file), 'files')),
    append({ atMs, run, kind, subject, reason, detail }) {
      return Number(insert.run(atMs, run, kind, subject, reason, JSON.stringify(detail)).lastInsertRowid);
    },
    entries(query) {
      return select(query).map(readEntry);
    },
    getSecret,
    putSecret(name, value) {
      keepFirst.run(name, value);
      return getSecret(name) ?? value;
    },
    replaceSecret(name, old, value) {
      replace.run(value, name, old);
      return getSecret(name) ?? value;
    },
    kept: (name) => kept.get(name)?.value as string | undefined,
    keep(name, value) {
      keepLast.run(name, value);
    },
    raiseTerm: (nowMs) =>
      atOnce(() => {
        const next = nextTerm(term(), nowMs);
        keepLast.run(termName, String(next));
        return next;
      }),
    term,
    lock(holder, alive, name = 'platform') {
      return atOnce(() => {
        const current = holderOf(name);
        if (current !== undefined && alive(current)) return current;
        database.prepare('INSERT OR REPLACE INTO locks (name, holder) VALUES (?, ?)').run(name, JSON.stringify(holder));
        return undefined;
      });
    },
    unlock(holder, name = 'platform') {
      database.prepare('DELETE FROM locks WHERE name = ? AND holder = ?').run(name, JSON.stringify(holder));
    },
    holder: holderOf,
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
