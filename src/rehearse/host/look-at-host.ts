/** Reads what the cores of this host did so far. */
import { readdirSync, readFileSync } from 'node:fs';
import { coreTimes, processMs, stalledMs, type HostSample } from './host-second.ts';

/** Undefined where the host does not say it. */
export function lookAtHost(atMs: number, machinesMs: HostSample['machinesMs']): HostSample | undefined {
  const stat = textOf('/proc/stat');
  if (stat === undefined) return undefined;
  const memory = stalledMs(textOf('/proc/pressure/memory') ?? '');
  return {
    ...{ atMs, machinesMs, ...coreTimes(stat), ownMs: familyMs(process.pid) },
    ...(memory !== undefined && { memoryStalledMs: memory }),
  };
}

/** What a process, its children and theirs used, also those that have ended. */
function familyMs(pid: number): number {
  const stat = textOf(`/proc/${pid}/stat`);
  if (stat === undefined) return 0;
  return childrenOf(pid).reduce((sum, child) => sum + familyMs(child), processMs(stat));
}

/** Each thread has those that it started. */
function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      (textOf(`/proc/${pid}/task/${thread}/children`) ?? '')
        .split(' ')
        .filter((text) => text !== '')
        .map(Number),
    );
  } catch {
    return [];
  }
}

/** Nothing of what is not there, or not any more. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
