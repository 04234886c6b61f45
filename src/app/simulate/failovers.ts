/**
 * The databases of a platform in virtual time, while everything that they stand on fails: the decisions and the driver
 * of production, on imagined servers that know every write.
 */
import { layOut, nothingTaken } from '../../blueprint/platform.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { MachineName, PoolName } from '../../model/ids.ts';
import { failoverPools } from '../../roles/failover-pools.ts';
import { playFailover, type FailoverPlayed } from '../../sim/databases/play.ts';
import { load } from '../load.ts';
import type { Toolbox } from '../toolbox.ts';
import type { SeedLine } from './seeds.ts';

export interface FailoversToPlay {
  readonly platform: string;
  readonly pools: readonly PoolToPlay[];
  /** Of trouble; quiet comes after it. */
  readonly forMs: number;
}

export interface PoolToPlay {
  readonly pool: PoolName;
  readonly machines: readonly MachineName[];
  readonly holdMs: number;
}

/** Of one seed, with all pools together. */
export interface FailoversLine extends SeedLine {
  readonly acknowledged: number;
  readonly moves: number;
  readonly refusals: number;
  readonly troubles: number;
}

export function failoversToPlay(toolbox: Toolbox, which: string, forMs: number): FailoversToPlay {
  const { blueprint, assets } = load(toolbox, which);
  const pools = failoverPools(layOut(blueprint, assets, nothingTaken)).flatMap(({ pool, terms, machines, first }) => {
    if (terms.waits !== 'strictly') return [];
    const names = machines.map(({ name }) => name).filter((name) => name !== first.primary);
    return [{ pool, machines: [first.primary, ...names], holdMs: terms.holdMs }];
  });
  if (pools.length > 0) return { platform: blueprint.platform, pools, forMs };
  throw new SpillwayError({
    code: 'no-failover',
    message: `${blueprint.platform} has no databases of which nothing acknowledged may be lost, so there is nothing to simulate`,
    mend: 'it takes replicas, an address on a private network and `objectives.rpo: 0s`; docs/failover.md shows it',
    exit: 'wrongInput',
  });
}

export async function playFailovers(
  { pools, forMs }: FailoversToPlay,
  seed: number,
  onEvent?: (pool: PoolName, atMs: number, says: string) => void,
): Promise<FailoversLine> {
  const played: FailoverPlayed[] = [];
  for (const { pool, machines, holdMs } of pools) {
    const tell = onEvent && { onEvent: (atMs: number, says: string) => onEvent(pool, atMs, says) };
    played.push(await playFailover({ seed, forMs, machines, holdMs, ...tell }));
  }
  const sum = (of: (one: FailoverPlayed) => number) => played.reduce((all, one) => all + of(one), 0);
  const violations = played.flatMap((one) => one.violations);
  return {
    ...{ seed, held: violations.length === 0 },
    violations: violations.map(({ atMs, ...one }) => ({ ...one, at: atMs / 1000 })),
    virtualSeconds: sum(({ virtualMs }) => virtualMs) / 1000,
    acknowledged: sum(({ acknowledged }) => acknowledged),
    moves: sum(({ moves }) => moves),
    refusals: sum(({ refusals }) => refusals),
    troubles: sum(({ troubles }) => troubles.length),
  };
}

/**
 * The shortest beginning that fails too, in whole seconds: what only the end shows may have been there for long. Each
 * trouble is the last one in turn, for a longer beginning may hold where a shorter one does not.
 */
export async function shortestThatFails(toPlay: FailoversToPlay, seed: number): Promise<number | undefined> {
  const ends = new Set<number>();
  for (const { machines, holdMs } of toPlay.pools) {
    const { troubles } = await playFailover({ seed, forMs: toPlay.forMs, machines, holdMs });
    for (const { atMs } of troubles) ends.add(Math.floor(atMs / 1000) + 1);
  }
  for (const second of [...ends].sort((one, other) => one - other)) {
    if (!(await playFailovers({ ...toPlay, forMs: 1000 * second }, seed)).held) return second;
  }
  return undefined;
}
