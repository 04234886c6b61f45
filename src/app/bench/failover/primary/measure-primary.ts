/** How long writes are not acknowledged when the primary dies, or hands over: of several that keep one, in turn on the same host. */
import type { Clock } from '../../../../ports/clock.ts';
import { summed, type Runs } from '../../figures.ts';
import type { Contender } from './contender.ts';
import { lostOf, writeThrough } from './write-through.ts';

/** `power`: the primary's machine loses it. `move`: a person asks for another primary. */
export type Ending = 'power' | 'move';

export interface MeasuredPrimary {
  readonly contender: string;
  /** How its client finds the primary. */
  readonly way: string;
  /** From the last acknowledged write to the next one. */
  readonly gapMs: Runs;
  /** Of all its clients. */
  readonly acknowledged: number;
  readonly lost: number;
  /** By its journal: when each part of what followed had ended (`journaledSince`), each a median. */
  readonly journaled: readonly { readonly what: string; readonly untilMs: number }[];
}

interface Run {
  readonly contender: Contender;
  readonly gapMs: ReadonlyMap<string, number>;
  readonly acknowledged: number;
  readonly lost: number;
  readonly journaled: ReadonlyMap<string, number>;
}

export async function measurePrimary(
  clock: Clock,
  ending: Ending,
  contenders: readonly Contender[],
  rounds: number,
  progress: (line: string) => void,
): Promise<readonly MeasuredPrimary[]> {
  const runs: Run[] = [];
  for (let round = 0; round < rounds; round++) {
    // Who goes first changes.
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const run = await measureOnce(clock, ending, contender, (round + 0.5) / rounds);
      runs.push(run);
      const gaps = [...run.gapMs].map(([way, ms]) => `${(ms / 1000).toFixed(2)} s (${way})`).join(', ');
      progress(`${words[ending]} ${round + 1} of ${rounds}: ${contender.name}: ${gaps}, ${run.lost} lost`);
    }
  }
  return contenders.flatMap((contender) => {
    const its = runs.filter((run) => run.contender === contender);
    const parts = [...new Set(its.flatMap((run) => [...run.journaled.keys()]))];
    const journaled = parts.map((what) => {
      return { what, untilMs: summed(its.flatMap((run) => run.journaled.get(what) ?? [])).median };
    });
    const acknowledged = its.reduce((sum, run) => sum + run.acknowledged, 0);
    const lost = Math.max(...its.map((run) => run.lost));
    return contender.ways.map(({ name: way }): MeasuredPrimary => {
      const gapMs = summed(its.flatMap((run) => run.gapMs.get(way) ?? []));
      return { contender: contender.name, way, gapMs, acknowledged, lost, journaled };
    });
  });
}

const words = { power: 'power', move: 'planned move' } satisfies Record<Ending, string>;

/** `part`: how far into its step it happens, from 0 to 1. */
async function measureOnce(clock: Clock, ending: Ending, contender: Contender, part: number): Promise<Run> {
  const primary = await contender.settled();
  const { acknowledged: ids } = contender.ids;
  const before = ids.length;
  // What is seen to have settled has just made a step.
  await clock.sleep(part * contender.stepMs);
  const happens = () => (ending === 'power' ? contender.kill(primary) : contender.move(primary));
  const then = () => (ending === 'power' ? Promise.resolve() : contender.settled());
  const { beganMs, gapMs } = await writeThrough(clock, contender, happens, then);
  if (ending === 'power') await contender.restore(primary);
  const lost = await lostOf(contender);
  const acknowledged = ids.length - before;
  const journaled = contender.journaledSince?.(beganMs) ?? new Map<string, number>();
  return { contender, gapMs, acknowledged, lost, journaled };
}
