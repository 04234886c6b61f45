/** The platform's lock for who acts on it now and then: held while something is under way, so that others come in between. */
import type { LockHolder } from '../../ports/store.ts';
import { isSameProcess } from '../tenure.ts';
import { lockFor, type Work } from '../work.ts';

export interface PlatformLock {
  /** Who else holds it, in words. */
  readonly tied: () => string | undefined;
  /** Holds it for the time of `use`, together with all others that this process has under way. */
  readonly during: <Result>(use: () => Promise<Result>) => Promise<Result>;
}

/** For who holds it all the time. */
export const alreadyHeld: PlatformLock = { tied: () => undefined, during: (use) => use() };

export function heldWhileBusy(work: Pick<Work, 'toolbox' | 'store'>, command: string): PlatformLock {
  const { toolbox, store } = work;
  const self = toolbox.self();
  let users = 0;
  let held: LockHolder | undefined;
  return {
    tied() {
      const other = store.holder('platform');
      if (other === undefined || !toolbox.isAlive(other)) return undefined;
      return isSameProcess(other, self) ? undefined : `\`${other.command}\` works on the platform`;
    },
    async during(use) {
      if (users === 0) held = lockFor(work, command);
      users += 1;
      try {
        return await use();
      } finally {
        users -= 1;
        if (users === 0 && held !== undefined) store.unlock(held);
      }
    },
  };
}
