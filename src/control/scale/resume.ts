/**
 * What a controller that begins takes over from the one before: what was learnt of the world, and of what was decided
 * only what the settings of today would have decided too.
 */
import { beginning, type ScaleSettings, type ScaleState } from './decide.ts';
import { resumeAll } from './rules/index.ts';

/** Plain data, as it was kept. */
export interface KeptState {
  readonly state: ScaleState;
  /** By which it was decided. */
  readonly settings: ScaleSettings;
  /** When it was kept, by the clock that its instants are of. */
  readonly atMs: number;
}

/** Now, by the clock of the process that begins; and for how long no controller looked. */
export interface Beginning {
  readonly nowMs: number;
  readonly unseenMs: number;
}

/**
 * The time in which nobody looked is no time in which less was enough: holds go on where they were. When something
 * happened stays as it was. After a change of settings, sizes that were wanted by the old ones are wanted no more, and
 * machines that there are stay for one hold, so that nothing goes in a moment that is only quiet by chance; and what
 * did not come under the old settings is tried again.
 */
export function resumed(kept: KeptState, settings: ScaleSettings, { nowMs, unseenMs }: Beginning): ScaleState {
  const { state } = kept;
  const moved = (atMs: number) => atMs - kept.atMs + nowMs - unseenMs;
  const learnt: ScaleState = {
    ...beginning,
    rules: resumeAll(state.rules, kept.settings.rules, settings.rules, moved),
    // It says itself for which machines it was learnt.
    ...(state.fill !== undefined && { fill: { ...state.fill, since: moved(state.fill.since) } }),
    ...(state.grewAtMs !== undefined && { grewAtMs: moved(state.grewAtMs) }),
    ...(state.shrankAtMs !== undefined && { shrankAtMs: moved(state.shrankAtMs) }),
    ...(state.changedAtMs !== undefined && { changedAtMs: moved(state.changedAtMs) }),
  };
  if (!isSame(kept.settings, settings)) return { ...learnt, changedAtMs: nowMs };
  return {
    ...learnt,
    wanted: state.wanted.map(({ atMs, size }) => ({ atMs: moved(atMs) + unseenMs, size })),
    gaveUpAtMs: state.gaveUpAtMs.map(moved),
  };
}

/** Both are plain data that the same code made. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
