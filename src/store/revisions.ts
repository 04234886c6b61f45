/** Revisions in the platform's SQLite file; what the files of releases hold lies beside it, each file once. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { SpillwayError } from '../model/errors.ts';
import type { ContentName, ReleaseId } from '../model/ids.ts';
import type { ReleaseFile } from '../model/release.ts';
import type { KeptRelease, Refusal, Revision, Revisions } from '../ports/revisions.ts';

export const revisionsSchema = `
  CREATE TABLE IF NOT EXISTS revisions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    says TEXT,
    rest TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS releases (
    content TEXT NOT NULL,
    id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    files TEXT NOT NULL,
    refused TEXT,
    PRIMARY KEY (content, id)
  ) STRICT;
`;

/** Chosen: enough to go back over weeks of releases, and few enough that their files stay small beside the machines' own. */
const revisionsKept = 50;

type Rest = Omit<Revision, 'number' | 'atMs' | 'state' | 'says'>;

/** `folder` holds the files; only its owner can read it. */
export function revisionsIn(database: DatabaseSync, folder: string): Revisions {
  const insert = database.prepare("INSERT INTO revisions (at_ms, state, rest) VALUES (?, 'begun', ?)");
  const settle = database.prepare('UPDATE revisions SET state = ?, says = ? WHERE number = ?');
  const newest = database.prepare('SELECT * FROM revisions ORDER BY number DESC LIMIT ?');
  const lastApplied = database.prepare("SELECT * FROM revisions WHERE state = 'applied' ORDER BY number DESC LIMIT 1");
  const keep = database.prepare('INSERT OR IGNORE INTO releases (content, id, at_ms, files) VALUES (?, ?, ?, ?)');
  const ofContent = database.prepare('SELECT * FROM releases WHERE content = ? ORDER BY at_ms DESC, rowid DESC');
  const refuse = database.prepare('UPDATE releases SET refused = ? WHERE content = ? AND id = ?');
  const placeOf = (sha256: string) => join(folder, sha256.slice(0, 2), sha256);

  function prune(): void {
    database
      .prepare('DELETE FROM revisions WHERE number <= (SELECT max(number) FROM revisions) - ? AND number <> ?')
      .run(revisionsKept, lastApplied.get()?.number ?? 0);
    const named = new Set(
      newest
        .all(-1)
        .flatMap((row) => Object.entries(readRevision(row).releases).map(([content, id]) => `${content}/${id}`)),
    );
    const rows = database.prepare('SELECT content, id, files FROM releases').all();
    // The newest of each content may belong to a revision that is just being begun.
    const last = new Set(
      [...new Set(rows.map(({ content }) => String(content)))].map(
        (content) => `${content}/${String(ofContent.get(content)?.id)}`,
      ),
    );
    const stays = rows.filter(({ content, id }) => {
      const key = `${String(content)}/${String(id)}`;
      return named.has(key) || last.has(key);
    });
    if (stays.length === rows.length || !existsSync(folder)) return;
    for (const { content, id } of rows.filter((row) => !stays.includes(row)))
      database.prepare('DELETE FROM releases WHERE content = ? AND id = ?').run(String(content), String(id));
    const used = new Set(stays.flatMap(({ files }) => filesOf(files).map(({ sha256 }) => sha256)));
    for (const part of readdirSync(folder))
      for (const name of readdirSync(join(folder, part))) if (!used.has(name)) rmSync(join(folder, part, name));
  }

  return {
    begin({ atMs, ...rest }) {
      return Number(insert.run(atMs, JSON.stringify(rest satisfies Rest)).lastInsertRowid);
    },
    end(number, state, says) {
      settle.run(state, says ?? null, number);
    },
    list: (limit) => newest.all(limit).map(readRevision),
    applied() {
      const row = lastApplied.get();
      return row === undefined ? undefined : readRevision(row);
    },
    keepRelease(content, { id, files }, atMs, read) {
      for (const file of files) {
        const place = placeOf(file.sha256);
        if (existsSync(place)) continue;
        mkdirSync(join(folder, file.sha256.slice(0, 2)), { recursive: true, mode: 0o700 });
        writeFileSync(`${place}.new`, read(file), { mode: 0o600 });
        renameSync(`${place}.new`, place);
      }
      keep.run(content, id, atMs, JSON.stringify(files));
      prune();
    },
    releases: (content) => ofContent.all(content).map(readRelease),
    refuseRelease(content, id, refusal) {
      refuse.run(refusal === undefined ? null : JSON.stringify(refusal), content, id);
    },
    read(sha256) {
      const bytes = existsSync(placeOf(sha256)) ? readFileSync(placeOf(sha256)) : undefined;
      if (bytes !== undefined && createHash('sha256').update(bytes).digest('hex') === sha256) return bytes;
      throw new SpillwayError({
        code: 'release-lost',
        message: `a file of a kept release is ${bytes === undefined ? 'not there any more' : 'damaged'}: ${placeOf(sha256)}`,
        mend:
          bytes === undefined
            ? '`spillway up` keeps it again, from the content’s folder'
            : 'remove it; `spillway up` keeps it again',
      });
    },
  };
}

function readRevision(row: Record<string, unknown>): Revision {
  return {
    number: Number(row.number),
    atMs: Number(row.at_ms),
    state: String(row.state) as Revision['state'],
    ...(typeof row.says === 'string' && { says: row.says }),
    ...(JSON.parse(String(row.rest)) as Rest),
  };
}

const filesOf = (text: unknown) => JSON.parse(String(text)) as readonly ReleaseFile[];

function readRelease(row: Record<string, unknown>): KeptRelease {
  return {
    content: String(row.content) as ContentName,
    id: String(row.id) as ReleaseId,
    keptAtMs: Number(row.at_ms),
    files: filesOf(row.files),
    ...(typeof row.refused === 'string' && { refused: JSON.parse(row.refused) as Refusal }),
  };
}
