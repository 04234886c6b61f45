/** The platform's journal, oldest first. */
import type { JournalEntry } from '../ports/store.ts';
import { load } from './load.ts';
import type { Toolbox } from './toolbox.ts';

export type { JournalEntry } from '../ports/store.ts';

export function events(
  toolbox: Toolbox,
  which: string,
  limit: number,
): { platform: string; entries: readonly JournalEntry[] } {
  const { platform } = load(toolbox, which).blueprint;
  const state = toolbox.openToLook(platform);
  try {
    return { platform, entries: state.store.entries({ limit }).toReversed() };
  } finally {
    state.close();
  }
}
