/** How long things really took, by the journal: the simulator takes its times from there. */
import type { JournalEntry } from '../../ports/store.ts';
import type { Call } from '../imagined-world.ts';
import type { Spell, Timings } from './timings.ts';

/** Which call of the imagined world stands for a step. */
const verbs: Readonly<Record<string, Call['verb']>> = {
  'create-machine': 'make-machine',
  'start-machine': 'start-machine',
  configure: 'apply',
  'commission-machine': 'commission',
  'remove-machine': 'remove-machine',
};

/** Chosen: of fewer nobody can say what is usual. */
const leastSteps = 3;
/** Chosen: what took no time at all was not measured; and no time is so steady that it is always the same. */
const [leastMs, leastSpread] = [1, 1.05];

export interface Calibration {
  readonly calls: Timings['calls'];
  /** From how many steps it is known. */
  readonly steps: number;
}

/** `counts` says which machines are like those that are to be simulated; entries in any order. */
export function calibrationFrom(entries: readonly JournalEntry[], counts: (machine: string) => boolean): Calibration {
  const times = new Map<Call['verb'], number[]>();
  for (const { kind, subject, detail } of entries) {
    const verb = typeof detail.kind === 'string' ? verbs[detail.kind] : undefined;
    if (kind !== 'step-ended' || verb === undefined || typeof detail.tookMs !== 'number') continue;
    if (!counts(subject.split('/')[0] ?? '')) continue;
    const known = times.get(verb);
    if (known === undefined) times.set(verb, [detail.tookMs]);
    else known.push(detail.tookMs);
  }
  const known = [...times].filter(([, all]) => all.length >= leastSteps);
  return {
    calls: Object.fromEntries(known.map(([verb, all]) => [verb, spellOf(all)])),
    steps: known.reduce((sum, [, all]) => sum + all.length, 0),
  };
}

/** The median, and how far the sixth that took longest is above it. */
function spellOf(times: readonly number[]): Spell {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const medianMs = Math.max(leastMs, at(0.5));
  return { medianMs, spread: Math.max(leastSpread, at(0.84) / medianMs) };
}
