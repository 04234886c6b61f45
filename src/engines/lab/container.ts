/** What runc knows of a machine, read from its files: a spawn per machine would make `list` slow. */
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readIfThere } from './files.ts';
import type { Lab } from './names.ts';
import { run } from './run.ts';

/** The machine's first process; `startTime` tells it from a later one with the same number. */
export interface Init {
  readonly pid: number;
  /** In clock ticks since the host's boot. */
  readonly startTime: number;
}

/** The machine's init while it lives. One that runc made and has not started yet does not count. */
export async function livingInit(lab: Lab, id: string): Promise<Init | undefined> {
  const init = await recordedInit(lab, id);
  if (init === undefined || !(await isAlive(init))) return undefined;
  const unstarted = await access(join(lab.runc, id, 'exec.fifo')).then(
    () => true,
    () => false,
  );
  return unstarted ? undefined : init;
}

async function recordedInit(lab: Lab, id: string): Promise<Init | undefined> {
  const text = await readIfThere(join(lab.runc, id, 'state.json'));
  if (text === undefined || text === '') return undefined;
  const state = JSON.parse(text) as { init_process_pid?: number; init_process_start?: number };
  if (state.init_process_pid === undefined || state.init_process_start === undefined) return undefined;
  return { pid: state.init_process_pid, startTime: state.init_process_start };
}

async function isAlive({ pid, startTime }: Init): Promise<boolean> {
  const stat = await readIfThere(`/proc/${pid}/stat`).catch(() => undefined);
  return stat !== undefined && isProcess(stat, startTime);
}

/** Is this text of /proc/<pid>/stat of a process that started then, and not of its zombie? */
export function isProcess(stat: string, startTime: number): boolean {
  // The name, in brackets, may hold spaces and brackets itself. State is field 3, start time field 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] !== 'Z' && fields[0] !== 'X' && Number(fields[19]) === startTime;
}

/** Chosen: as for control groups. */
const deathTimeoutMs = 10_000;

/** Kills the machine's init, with which all its processes die, and makes runc forget it. */
export async function destroyContainer(lab: Lab, id: string): Promise<void> {
  const init = await recordedInit(lab, id);
  if (init !== undefined && (await isAlive(init))) {
    // `runc delete --force` would look only every 100 ms whether it is dead.
    process.kill(init.pid, 'SIGKILL');
    const deadline = performance.now() + deathTimeoutMs;
    while ((await isAlive(init)) && performance.now() < deadline) await sleep(2);
  }
  const dir = join(lab.runc, id);
  if (
    !(await access(dir).then(
      () => true,
      () => false,
    ))
  )
    return;
  // A run that was interrupted early leaves a folder that runc itself cannot read.
  await run(['runc', '--root', lab.runc, 'delete', '--force', id]).catch(() => undefined);
  await rm(dir, { recursive: true, force: true });
}
