/**
 * The address of the balancers: how long nobody answers there when who holds it ends in one way or another, as
 * Spillway configures keepalived and as keepalived's defaults have it, in turn on the same machines. And whether it
 * stays where it is while others take all of the host's processors.
 */
import { summed, type Runs } from '../figures.ts';
import { balancersOf, type Balancers } from './balancers.ts';
import { busily } from './busily.ts';
import { longestGap } from './longest-gap.ts';
import { defaults, own, withAdvert } from './setups.ts';
import type { Work } from '../../work.ts';

export interface AddressPart {
  /** Longest time without an answer that is allowed when a machine dies. */
  readonly goalMs: number;
  readonly endings: readonly Ending[];
  readonly busy: readonly Busy[];
}

interface Ending {
  readonly ending: keyof typeof endings;
  readonly setup: string;
  readonly gapMs: Runs;
  /** In how many runs the address went to the other machine. */
  readonly moved: number;
}

interface Busy {
  readonly setup: string;
  readonly forMs: number;
  /** How often a machine took the address though nothing had ended. */
  readonly moves: number;
  readonly longestGapMs: number;
}

const goalMs = 350;
const rounds = 10;
const busyMs = 60_000;
/** Chosen: what wants to run would wait at least as long for its turn as what else there is. */
const busyPerCore = 1;

const endings = {
  machine: (balancers: Balancers, holder: string) => balancers.powerOff(holder),
  haproxy: (balancers: Balancers, holder: string) => balancers.on(holder, 'pkill -KILL -x haproxy'),
  stop: (balancers: Balancers, holder: string) => balancers.on(holder, 'systemctl stop keepalived'),
};

export async function measureAddress(work: Work, progress: (line: string) => void): Promise<AddressPart> {
  const balancers = await balancersOf(work);
  const visitor = await work.toolbox.visitor(work.blueprint.platform);
  const { asked } = balancers;
  const compared = [own, defaults(balancers.machines)];

  const runs: { ending: Ending['ending']; setup: string; gapMs: number; moved: boolean }[] = [];
  for (let round = 1; round <= rounds; round++) {
    // Who goes first changes.
    for (const setup of round % 2 === 0 ? compared : compared.toReversed()) {
      progress(`round ${round} of ${rounds}: ${setup.name}`);
      await balancers.configure(setup);
      let holder = await balancers.settled(setup);
      for (const ending of Object.keys(endings) as Ending['ending'][]) {
        const had = holder;
        const { longestGapMs } = await longestGap(visitor, asked, async () => {
          await endings[ending](balancers, had);
          await work.toolbox.clock.sleep(setup.feltWithinMs);
        });
        await balancers.restore(had);
        holder = await balancers.settled(setup);
        runs.push({ ending, setup: setup.name, gapMs: longestGapMs, moved: holder !== had });
      }
    }
  }

  const busy: Busy[] = [];
  for (const setup of [own, withAdvert(20)]) {
    progress(`busy for ${busyMs / 1000} s: ${setup.name}`);
    await balancers.configure(setup);
    await balancers.settled(setup);
    const before = await balancers.timesTaken();
    const { longestGapMs } = await busily(busyPerCore, () =>
      longestGap(visitor, asked, () => work.toolbox.clock.sleep(busyMs)),
    );
    busy.push({ setup: setup.name, forMs: busyMs, moves: (await balancers.timesTaken()) - before, longestGapMs });
  }
  await balancers.configure(own);
  return {
    goalMs,
    endings: (Object.keys(endings) as Ending['ending'][]).flatMap((ending) =>
      compared.map(({ name }): Ending => {
        const its = runs.filter((run) => run.ending === ending && run.setup === name);
        const moved = its.filter((run) => run.moved).length;
        return { ending, setup: name, gapMs: summed(its.map(({ gapMs }) => gapMs)), moved };
      }),
    ),
    busy,
  };
}
