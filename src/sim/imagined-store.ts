/** A journal that lasts as long as it is held. */
import { nextTerm } from '../model/term.ts';
import type { JournalEntry, LockHolder, LockName, Store } from '../ports/store.ts';
import { imaginedRevisions } from './imagined-revisions.ts';

export function imaginedStore(): Store & { readonly journal: readonly JournalEntry[] } {
  const journal: JournalEntry[] = [];
  const secrets = new Map<string, string>();
  const kept = new Map<string, string>();
  let term = 0;
  const holders = new Map<LockName, LockHolder>();
  return {
    revisions: imaginedRevisions(),
    journal,
    append: (entry) => journal.push({ ...entry, id: journal.length + 1 }),
    entries: ({ limit, after = 0, kind, subject }) =>
      journal
        // Ids count from 1 without a gap.
        .slice(after)
        .filter((entry) => (kind ?? entry.kind) === entry.kind && (subject ?? entry.subject) === entry.subject)
        .reverse()
        .slice(0, limit),
    getSecret: (name) => secrets.get(name),
    putSecret(name, value) {
      const kept = secrets.get(name) ?? value;
      secrets.set(name, kept);
      return kept;
    },
    replaceSecret(name, old, value) {
      if (secrets.get(name) === old) secrets.set(name, value);
      return secrets.get(name) ?? value;
    },
    kept: (name) => kept.get(name),
    keep: (name, value) => void kept.set(name, value),
    raiseTerm: (nowMs) => (term = nextTerm(term, nowMs)),
    term: () => term,
    lock(wanted, alive, name = 'platform') {
      const holder = holders.get(name);
      if (holder !== undefined && alive(holder)) return holder;
      holders.set(name, wanted);
      return undefined;
    },
    unlock(holder, name = 'platform') {
      if (JSON.stringify(holders.get(name)) === JSON.stringify(holder)) holders.delete(name);
    },
    holder: (name) => holders.get(name),
    close: () => undefined,
  };
}
