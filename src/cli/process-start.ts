import { readFileSync } from 'node:fs';

/** Start time in ticks since boot: field 22 of /proc/PID/stat, counted after the command's closing parenthesis. */
export function startTicks(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19];
  } catch {
    return undefined;
  }
}
