/** Under which term this process works on a platform, and whether it still does. */
import { stale } from '../model/term.ts';
import type { LockHolder, LockName, Store } from '../ports/store.ts';
import type { Term } from '../ports/term.ts';

export interface Tenure {
  /**
   * The last term that anybody took who has this store: of these the locks say who works, and who works between
   * others, as a controller does, goes on under theirs.
   */
  readonly term: Term;
  /**
   * For who changes something beside whoever works there, as a fault does: under the term that holds, whose it may be.
   */
  beside(): void;
  /** From now on this process works by what it has locked. */
  begin(held: LockHolder, name: LockName): void;
}

export function createTenure(store: Pick<Store, 'holder' | 'term'>): Tenure {
  let isBeside = false;
  let mine: { readonly held: LockHolder; readonly name: LockName } | undefined;
  return {
    beside() {
      isBeside = true;
    },
    begin(held, name) {
      mine = { held, name };
    },
    term() {
      if (mine === undefined && isBeside) return store.term();
      if (mine === undefined) throw new Error('nothing is changed without a lock');
      const holder = store.holder(mine.name);
      if (holder === undefined) throw stale('it has ended since');
      if (!isSameProcess(holder, mine.held) || holder.sinceMs !== mine.held.sinceMs) throw stale(inWords(holder));
      return store.term();
    },
  };
}

export function isSameProcess(one: Omit<LockHolder, 'command' | 'sinceMs'>, other: typeof one): boolean {
  return one.pid === other.pid && one.startTicks === other.startTicks && one.host === other.host;
}

function inWords({ command, pid, host, sinceMs }: LockHolder): string {
  const since = new Date(sinceMs).toISOString().slice(11, 19);
  return `\`${command}\` works there since ${since} UTC, as process ${pid} on ${host}`;
}
