/** What the cores of the host did for whom, between two looks at what they did since it began. */

/** Sums since the host began; times are milliseconds of one core. */
export interface HostSample {
  /** When it was looked at, in milliseconds since 1970. */
  readonly atMs: number;
  readonly cores: number;
  /** Nobody wanted to run, or all waited for a disk. */
  readonly idleMs: number;
  /** A hypervisor gave it to others. */
  readonly stolenMs: number;
  /** Interrupts, nearly all of the platform's network; no process is charged with them. */
  readonly interruptsMs: number;
  /** The platform's machines, by their names. */
  readonly machinesMs: Readonly<Record<string, number>>;
  /** Spillway and its load. */
  readonly ownMs: number;
  /** How long some process waited for memory; absent where the kernel does not say it. Not of a core. */
  readonly memoryStalledMs?: number;
}

/** Between two looks, in cores: those of others are what is left. */
export interface HostSecond {
  /** Milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly cores: number;
  readonly idle: number;
  readonly stolen: number;
  readonly platform: number;
  readonly own: number;
  readonly others: number;
  /** Of the time, 0 to 1. */
  readonly memoryStalled?: number;
}

export function hostBetween(before: HostSample, after: HostSample): HostSecond {
  const tookMs = Math.max(1, after.atMs - before.atMs);
  const { cores, memoryStalledMs } = after;
  const used = (of: (sample: HostSample) => number) => Math.max(0, of(after) - of(before)) / tookMs;
  const idle = Math.min(
    cores,
    used(({ idleMs }) => idleMs),
  );
  const stolen = used(({ stolenMs }) => stolenMs);
  const own = used(({ ownMs }) => ownMs);
  // Each by itself: one that was removed in between took its sum along, and one that booted began a new one.
  const machines = Object.entries(after.machinesMs).map(([name, ms]) =>
    Math.max(0, ms - (before.machinesMs[name] ?? 0)),
  );
  const platform = used(({ interruptsMs }) => interruptsMs) + machines.reduce((sum, ms) => sum + ms, 0) / tookMs;
  return {
    ...{ fromMs: before.atMs, toMs: after.atMs, cores, idle, stolen, platform, own },
    others: Math.max(0, cores - idle - stolen - platform - own),
    ...(memoryStalledMs !== undefined &&
      before.memoryStalledMs !== undefined && {
        memoryStalled: Math.max(0, memoryStalledMs - before.memoryStalledMs) / tookMs,
      }),
  };
}

/** Of the text of /proc/stat: proc_stat(5) counts in hundredths of a second on all that Debian runs on. */
export function coreTimes(stat: string): Pick<HostSample, 'cores' | 'idleMs' | 'stolenMs' | 'interruptsMs'> {
  const lines = stat.split('\n');
  const [, , , , idle = 0, waiting = 0, irq = 0, softirq = 0, stolen = 0] = (lines[0] ?? '').split(/\s+/).map(Number);
  return {
    cores: lines.filter((line) => /^cpu\d/.test(line)).length,
    idleMs: 10 * (idle + waiting),
    interruptsMs: 10 * (irq + softirq),
    stolenMs: 10 * stolen,
  };
}

/** Of the text of /proc/pressure/memory: how long some process waited, since the host began. */
export function stalledMs(pressure: string): number | undefined {
  const micros = /^some .*total=(\d+)/m.exec(pressure)?.[1];
  return micros === undefined ? undefined : Number(micros) / 1000;
}

/** Of the text of /proc/PID/stat: what the process used, and those of its children that have ended. */
export function processMs(stat: string): number {
  // Fields 14 to 17 of proc_pid_stat(5); the first two end with the last parenthesis, for a name may have some.
  const fields = (stat.split(') ').at(-1) ?? '').split(' ').slice(11, 15).map(Number);
  return 10 * fields.reduce((sum, ticks) => sum + ticks, 0);
}
