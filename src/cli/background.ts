/**
 * Controllers in the background: one process a platform that runs the controller and starts it again, found by a file in
 * the platform's state folder. It outlives the command that started it, and ends with the platform.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Background } from '../app/toolbox.ts';
import type { PlatformName } from '../model/ids.ts';

export interface Places {
  /** Spillway's own folder. */
  readonly home: string;
  readonly folderOf: (platform: PlatformName) => string;
  /** Of a process of this host; undefined when it is gone. */
  readonly startTicks: (pid: number) => string | undefined;
}

/** Chosen: a controller ends its turn, closes its sessions, and is gone; one that does not is ended. */
const endingMs = 15_000;
const pauseMs = 50;

interface Keeper {
  readonly pid: number;
  readonly startTicks: string;
}

export function createBackground({ home, folderOf, startTicks }: Places): Background {
  const fileOf = (platform: PlatformName) => join(folderOf(platform), 'keeper.json');
  const keeperOf = (platform: PlatformName): Keeper | undefined => {
    const file = fileOf(platform);
    if (!existsSync(file)) return undefined;
    try {
      const keeper = JSON.parse(readFileSync(file, 'utf8')) as Keeper;
      return startTicks(keeper.pid) === keeper.startTicks ? keeper : undefined;
    } catch {
      // Half written, by a process that was killed.
      return undefined;
    }
  };
  return {
    runs: (platform) => keeperOf(platform) !== undefined,
    start(platform) {
      if (keeperOf(platform) !== undefined) return;
      const folder = folderOf(platform);
      const keeper = spawn(join(home, 'libexec/keep-controller'), [join(home, 'spillway'), platform, folder], {
        ...{ cwd: '/', detached: true, stdio: 'ignore' },
      });
      keeper.unref();
      const { pid } = keeper;
      const ticks = pid === undefined ? undefined : startTicks(pid);
      if (pid === undefined || ticks === undefined) throw new Error('libexec/keep-controller cannot be run');
      writeFileSync(fileOf(platform), JSON.stringify({ pid, startTicks: ticks } satisfies Keeper), { mode: 0o600 });
    },
    async stop(platform) {
      const keeper = keeperOf(platform);
      rmSync(fileOf(platform), { force: true });
      if (keeper === undefined) return false;
      const isThere = () => startTicks(keeper.pid) === keeper.startTicks;
      signal(keeper.pid, 'SIGTERM');
      for (let waitedMs = 0; isThere() && waitedMs < endingMs; waitedMs += pauseMs) await sleep(pauseMs);
      // With all that it started: it leads a group of its own.
      if (isThere()) signal(-keeper.pid, 'SIGKILL');
      return true;
    },
    beat(platform) {
      const file = join(folderOf(platform), 'controller.alive');
      const now = new Date();
      try {
        utimesSync(file, now, now);
      } catch {
        // A controller that a person started has nobody who looks at it.
      }
    },
  };
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
