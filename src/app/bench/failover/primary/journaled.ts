/** How a move went on, by the journal. */
import type { Store } from '../../../../ports/store.ts';

/**
 * Milliseconds until it was decided, and until each step of it had ended: from `sinceMs` (since 1970), or where the
 * primary handed over, from when it began to.
 */
export function journaledSince(store: Pick<Store, 'entries'>, sinceMs: number): ReadonlyMap<string, number> {
  const entries = store
    .entries({ limit: 500 })
    .filter(({ atMs }) => atMs >= sinceMs)
    .toReversed();
  const handingOver = entries.find(({ kind, subject }) => kind === 'step-began' && subject.endsWith('/hand-over'));
  const fromMs = handingOver?.atMs ?? sinceMs;
  const until = new Map<string, number>();
  for (const { kind, subject, atMs, detail } of entries) {
    const isDecision = kind === 'decision' && detail.kind === 'move' && handingOver === undefined;
    const step = kind === 'step-ended' ? /^[^/]+\/(fence|hand-over|promote|address)\b/.exec(subject)?.[1] : undefined;
    const what = isDecision ? 'decision' : step;
    if (what !== undefined && !until.has(what)) until.set(what, atMs - fromMs);
  }
  return until;
}
