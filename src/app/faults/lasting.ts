/** What was broken and lasts, by the journal: also when the process that broke it was killed. */
import type { JournalEntry, Store } from '../../ports/store.ts';
import { faultKinds } from '../../rehearse/faults/index.ts';
import type { Injection } from './inject.ts';

export interface Lasting extends Injection {
  readonly run: string;
  readonly sinceMs: number;
}

/** Chosen: a platform's last some hundred changes. What was broken before them, `up` has mended since. */
const lastSteps = 10_000;
/** Chosen: the same is broken again by a few runs at once, and not by a hundred. */
const lastOfSubject = 100;

/** The newest first. */
export function lastingFaults(store: Pick<Store, 'entries'>): readonly Lasting[] {
  const began = store.entries({ limit: lastSteps, kind: 'step-began' }).flatMap((entry) => {
    const fault = faultOf(entry);
    return fault === undefined ? [] : [{ entry, fault }];
  });
  return began
    .filter(({ entry }) => !isOver(entry, store))
    .map(({ entry: { run, atMs }, fault }) => ({ ...fault, run, sinceMs: atMs }));
}

function isOver({ id, subject, run }: JournalEntry, store: Pick<Store, 'entries'>): boolean {
  const later = (kind: JournalEntry['kind']) =>
    store.entries({ limit: lastOfSubject, after: id, kind, subject }).filter((entry) => entry.run === run);
  return later('step-ended').length > 0 || later('step-failed').some(({ detail }) => detail.lasts === false);
}

function faultOf({ detail }: JournalEntry): Injection | undefined {
  const { kind: what, verb, target, to, forMs } = detail;
  const kind = faultKinds.find((one) => one === verb);
  if (what !== 'fault' || kind === undefined || typeof target !== 'string') return undefined;
  return {
    ...{ kind, target },
    ...(typeof to === 'number' && { to }),
    ...(typeof forMs === 'number' && { forMs }),
  };
}
