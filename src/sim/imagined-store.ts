/** A journal that lasts as long as it is held. */
import type { JournalEntry, LockHolder, Store } from '../ports/store.ts';

export function imaginedStore(): Store & { readonly journal: readonly JournalEntry[] } {
  const journal: JournalEntry[] = [];
  const secrets = new Map<string, string>();
  let holder: LockHolder | undefined;
  return {
    journal,
    append: (entry) => journal.push({ ...entry, id: journal.length + 1 }),
    entries: ({ limit, after = 0 }) =>
      journal
        .filter(({ id }) => id > after)
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
    lock(wanted, alive) {
      if (holder !== undefined && alive(holder)) return holder;
      holder = wanted;
      return undefined;
    },
    unlock() {
      holder = undefined;
    },
    close: () => undefined,
  };
}
