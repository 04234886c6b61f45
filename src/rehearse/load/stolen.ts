/** What the cores of this host did for others: a virtual machine is told by its hypervisor. */
import { readFileSync } from 'node:fs';

/** Of `/proc/stat`, since the host began: proc_stat(5) counts in hundredths of a second on all that Debian runs on. */
export function stolenMs(stat: string): number {
  const [, , , , , , , , stolen = '0'] = (stat.split('\n', 1)[0] ?? '').split(/\s+/);
  return Number(stolen) * 10;
}

/** 0 where the host has no such file. */
export function stolenSoFarMs(): number {
  try {
    return stolenMs(readFileSync('/proc/stat', 'utf8'));
  } catch {
    return 0;
  }
}
