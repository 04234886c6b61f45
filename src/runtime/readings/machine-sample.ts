/** What a machine told, and what two tellings say together. */
import type { Reading } from '../../model/observation.ts';

export interface MachineReadings {
  /** Of what it may use, 0 to 1. */
  readonly cpu?: Reading;
  /** Of what it may use, 0 to 1; what the kernel can drop at once does not count. */
  readonly memory?: Reading;
  /** By network, in bytes a second. */
  readonly networks: ReadonlyMap<string, { readonly received: Reading; readonly sent: Reading }>;
  readonly disk?: DiskReadings;
  readonly database?: DatabaseReadings;
}

export interface DiskReadings {
  /** Of what may be filled of the file system in which the root is, 0 to 1; a minute old at most. */
  readonly full?: Reading;
  /** In bytes a second. */
  readonly read?: Reading;
  readonly written?: Reading;
}

export interface DatabaseReadings {
  /** Statements that it works on, and clients that are there. */
  readonly running: Reading;
  readonly connected: Reading;
  /** Each second. */
  readonly queries?: Reading;
  readonly writes?: Reading;
  /** How far a replica is behind its primary; absent where nothing is followed. */
  readonly lagMs?: Reading;
}

/** The words of one line; totals count since the machine or its database began. */
export type MachineSample = ReadonlyMap<string, string>;

export function readSample(line: string): MachineSample | undefined {
  const sample = new Map(line.split(' ').map((word) => word.split('=', 2) as [string, string]));
  return Number.isFinite(number(sample, 'at')) ? sample : undefined;
}

export function readingsBetween(
  before: MachineSample | undefined,
  after: MachineSample,
  atMs: number,
): MachineReadings {
  const reading = (value: number): Reading => ({ value, atMs });
  const grown = (name: string) => growth(number(before, name), number(after, name));
  const seconds = grown('at');
  const perSecond = (more: number) => (seconds > 0 ? more / seconds : NaN);
  const ratesOf = (word: string, index: number) =>
    perSecond(growth(part(before?.get(word), index), part(after.get(word), index)));
  const networks = [...after.keys()]
    .filter((word) => word.startsWith('net.'))
    .map((word) => {
      const [received = NaN, sent = NaN] = [0, 1].map((index) => ratesOf(word, index));
      return [word.slice('net.'.length), { received: reading(received), sent: reading(sent) }] as const;
    })
    .filter(([, { received, sent }]) => Number.isFinite(received.value + sent.value));
  const [read = NaN, written = NaN] = [0, 1].map((index) => ratesOf('disk', index));
  const disk = {
    ...known('full', number(after, 'full') / number(after, 'fullOf'), reading),
    ...known('read', read, reading),
    ...known('written', written, reading),
  };
  return {
    ...known('cpu', cpuUse(grown, after, seconds), reading),
    ...known('memory', number(after, 'memory') / number(after, 'memoryOf'), reading),
    networks: new Map(networks),
    ...(Object.keys(disk).length > 0 && { disk }),
    ...(after.has('running') && {
      database: {
        running: reading(number(after, 'running')),
        connected: reading(number(after, 'connected')),
        ...known('queries', perSecond(grown('queries')), reading),
        ...known('writes', perSecond(grown('writes')), reading),
        ...known('lagMs', number(after, 'lagS') * 1000, reading),
      },
    }),
  };
}

function cpuUse(grown: (name: string) => number, after: MachineSample, seconds: number): number {
  if (!after.has('cpuUs')) {
    const busy = grown('busyTicks');
    return busy / (busy + grown('idleTicks'));
  }
  const cores = number(after, 'quotaUs') / number(after, 'periodUs');
  // The clock of the uptime counts hundredths, so that a full second may seem to be a little more than full.
  return Math.min(1, grown('cpuUs') / 1e6 / (seconds * cores));
}

/** A total that shrank began anew, and says nothing of the time between. */
function growth(before: number, after: number): number {
  return after < before ? NaN : after - before;
}

function number(sample: MachineSample | undefined, name: string): number {
  const text = sample?.get(name);
  return text === undefined || text === '' ? NaN : Number(text);
}

function part(text: string | undefined, index: number): number {
  return Number(text?.split('/')[index] ?? NaN);
}

function known<Name extends string>(
  name: Name,
  value: number,
  reading: (value: number) => Reading,
): { readonly [Key in Name]?: Reading } {
  return (Number.isFinite(value) ? { [name]: reading(value) } : {}) as { readonly [Key in Name]?: Reading };
}
