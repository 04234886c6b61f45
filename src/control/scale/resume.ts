/** A controller that begins anew goes on with the state that the last one left. */
import type { ScaleState } from './decide.ts';

/**
 * The time in which nobody looked is no time in which less was enough: holds go on
 * where they were. When machines were given up stays as it was, for that was so.
 */
export function resumed(state: ScaleState, keptAtMs: number, nowMs: number): ScaleState {
  const unseenMs = Math.max(0, nowMs - keptAtMs);
  return { ...state, wanted: state.wanted.map(({ atMs, size }) => ({ atMs: atMs + unseenMs, size })) };
}
