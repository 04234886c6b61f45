/** The controller's post: one process has it at a time, and a person may give it to another one. */
import type { LockHolder } from '../../ports/store.ts';
import { isSameProcess } from '../tenure.ts';
import { takeLock, type Locking } from '../work.ts';

export interface Post {
  readonly post: LockHolder;
  /** Who lives and had it until now. */
  readonly from?: LockHolder;
}

export function takePost(locking: Locking, command: string, takeOver: boolean): Post {
  const { toolbox, store } = locking;
  const last = store.holder('controller');
  if (!takeOver || last === undefined || !toolbox.isAlive(last)) {
    return { post: takeLock(locking, command, 'controller') };
  }
  const isAlive = (holder: LockHolder) => !isSameProcess(holder, last) && toolbox.isAlive(holder);
  const post = takeLock({ ...locking, toolbox: { ...toolbox, isAlive } }, command, 'controller');
  // What it had under way is not under way any more.
  const held = store.holder('platform');
  if (held !== undefined && isSameProcess(held, last)) store.unlock(held);
  return { post, from: last };
}
