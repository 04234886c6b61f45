/** The platform's journal, oldest first. */
import type { PlatformName } from '../model/ids.ts';
import type { JournalEntry } from '../ports/store.ts';
import { loadApplied } from './releases/revisions.ts';
import type { Toolbox } from './toolbox.ts';

export type { JournalEntry } from '../ports/store.ts';

export function events(
  toolbox: Toolbox,
  which: string,
  limit: number,
): { platform: PlatformName; entries: readonly JournalEntry[] } {
  const { platform } = loadApplied(toolbox, which).blueprint;
  const state = toolbox.openToLook(platform);
  try {
    return { platform, entries: state.store.entries({ limit }).toReversed() };
  } finally {
    state.close();
  }
}

/** Chosen: soon enough for a person who watches, and no work for the disk. */
const lookMs = 300;
/** Chosen: what comes between two looks is less. */
const mostAtOnce = 10_000;

/** What is appended after the entry of that number, as it comes, until the signal. Ends when the platform is gone. */
export async function* eventsAfter(
  toolbox: Toolbox,
  platform: PlatformName,
  after: number,
  signal: AbortSignal,
): AsyncIterable<JournalEntry> {
  const state = toolbox.openToLook(platform);
  try {
    for (let last = after; !signal.aborted && toolbox.knownPlatforms().includes(platform);) {
      const entries = state.store.entries({ limit: mostAtOnce, after: last }).toReversed();
      yield* entries;
      last = entries.at(-1)?.id ?? last;
      await toolbox.clock.sleep(lookMs);
    }
  } finally {
    state.close();
  }
}
