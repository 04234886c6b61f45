/**
 * What the engines list, kept for a while: a controller looks twice a second, and
 * no provider's API takes that many questions. Who changed something forgets it.
 */
import type { Clock } from '../../ports/clock.ts';

export interface Listing<List> {
  get(): Promise<List>;
  /** The next one asks again, and nothing that was asked before now is kept. */
  forget(): void;
}

/** Chosen: that a machine is dead the balancers see at once; what only the engines know may be as late as this. */
const usualKeepMs = 5_000;

export function keptListing<List>(
  ask: () => Promise<List>,
  clock: Pick<Clock, 'now'>,
  keepMs = usualKeepMs,
): Listing<List> {
  let kept: { readonly list: Promise<List>; readonly atMs: number } | undefined;
  return {
    get() {
      if (kept !== undefined && clock.now() - kept.atMs < keepMs) return kept.list;
      const list = ask();
      const asked = { list, atMs: clock.now() };
      kept = asked;
      // What failed is no answer to keep.
      list.catch(() => {
        if (kept === asked) kept = undefined;
      });
      return list;
    },
    forget() {
      kept = undefined;
    },
  };
}
