/** The primary of a pair of databases dies, or hands over: Spillway's beside Patroni's. */
import type { Toolbox } from '../../../toolbox.ts';
import { benchPlatform } from '../../up.ts';
import { withPatroni } from '../patroni/cluster.ts';
import { patroniDefaults, patroniFastest, type PatroniSetup } from '../patroni/setups.ts';
import type { Contender } from './contender.ts';
import { measurePrimary, type Ending, type MeasuredPrimary } from './measure-primary.ts';
import { withPair } from './pair.ts';

export interface PrimaryPart {
  readonly ending: Ending;
  /** For the median of Spillway's own. */
  readonly goalMs: number;
  readonly measured: readonly MeasuredPrimary[];
}

export const primaryParts = ['power', 'move', 'peer-defaults'] as const;
export type PrimaryPartName = (typeof primaryParts)[number];

const goalsMs = { power: 3_000, move: 1_000 } satisfies Record<Ending, number>;

interface Rounds {
  readonly ending: Ending;
  readonly peer: PatroniSetup;
  /** Whether Spillway's takes turns with it. */
  readonly isOurs: boolean;
  readonly rounds: number;
}

/** The peer's defaults take half a minute each time, and stand by themselves: to change over takes as long again. */
const plans: Readonly<Record<PrimaryPartName, readonly Rounds[]>> = {
  power: [{ ending: 'power', peer: patroniFastest, isOurs: true, rounds: 10 }],
  move: [{ ending: 'move', peer: patroniFastest, isOurs: true, rounds: 10 }],
  'peer-defaults': [
    { ending: 'power', peer: patroniDefaults, isOurs: false, rounds: 3 },
    { ending: 'move', peer: patroniDefaults, isOurs: false, rounds: 3 },
  ],
};

export function measurePrimaries(
  toolbox: Toolbox,
  parts: readonly PrimaryPartName[],
  progress: (line: string) => void,
): Promise<readonly PrimaryPart[]> {
  const wanted = parts.flatMap((part) => plans[part]);
  const measureAll = async (patroni: (setup: PatroniSetup) => Contender, pair?: Contender) => {
    const measured: PrimaryPart[] = [];
    for (const { ending, peer, isOurs, rounds } of wanted) {
      const contenders = [...(isOurs && pair !== undefined ? [pair] : []), patroni(peer)];
      const goalMs = goalsMs[ending];
      measured.push({
        ending,
        goalMs,
        measured: await measurePrimary(toolbox.clock, ending, contenders, rounds, progress),
      });
    }
    return measured;
  };
  const peer = benchPlatform(toolbox, 3);
  return withPatroni(toolbox, peer, progress, (patroni) =>
    wanted.some(({ isOurs }) => isOurs)
      ? withPair(toolbox, benchPlatform(toolbox, 2), progress, (pair) => measureAll(patroni, pair))
      : measureAll(patroni),
  );
}
