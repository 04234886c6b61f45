/** A rehearsal controls by itself: what is killed then is no process, and nothing is decided until it is over. */
import type { Controller } from '../../rehearse/faults/scene.ts';

export interface OwnController extends Controller {
  /** Whether it is alive. */
  readonly decides: () => boolean;
  readonly restart: () => Promise<void>;
}

/** `beside` is what it does between its turns, to be begun anew: a process that is killed loses what it had in mind. */
export function createOwnController(
  beside: { readonly stop: () => Promise<void>; readonly start: () => Promise<void> } = {
    stop: () => Promise.resolve(),
    start: () => Promise.resolve(),
  },
): OwnController {
  let isAlive = true;
  return {
    decides: () => isAlive,
    async kill() {
      isAlive = false;
      await beside.stop();
    },
    async restart() {
      if (isAlive) return;
      await beside.start();
      isAlive = true;
    },
  };
}
