/**
 * What a controller does beside keeping pools and primaries: machines that are off are started, certificates are renewed.
 * It goes on beside the turns, for to start a machine takes its time.
 */
import { beginning, decide, type SeenPower } from '../../control/upkeep/decide.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { MachineName } from '../../model/ids.ts';
import type { ActualMachine } from '../../model/inventory.ts';
import { counted } from '../../model/quantities.ts';
import { wanted } from '../../plan/make-plan.ts';
import { renewalsOf } from '../../plan/renewals.ts';
import { failoverPools } from '../../roles/failover-pools.ts';
import { keptPrimacies } from '../../runtime/failover/primacies.ts';
import { inventoriesOf } from '../../runtime/observe.ts';
import { bring, planOf, type Overflowing } from '../../runtime/overflow.ts';
import { perform } from '../../runtime/perform.ts';
import { lastingFaults } from '../faults/lasting.ts';
import { look, type Work } from '../work.ts';
import type { PlatformLock } from './platform-lock.ts';

export interface KeepingUp {
  readonly run: string;
  /** Once aborted, no further step begins. */
  readonly signal: AbortSignal;
  readonly lock: PlatformLock;
  /** What is done, and why. It stands in the journal. */
  readonly onDone: (about: string, says: string, atMs: number) => void;
  /** `machine`: which one is about to be started; absent where it is about none. */
  readonly onTrouble: (machine: MachineName | undefined, error: unknown) => void;
}

export interface Upkeep {
  /** Begins what is due, unless something is under way; returns at once. */
  turn(nowMs: number): void;
  /** Settles once nothing is under way any more. */
  idle(): Promise<void>;
}

/** Chosen: what is off is seen within seconds, and providers are not asked all the time. */
const powerEveryMs = 5_000;
/** Chosen: a look at all machines costs an exchange with each, and a certificate has weeks. */
const renewalsEveryMs = 3_600_000;

export function createUpkeep(work: Work, { run, signal, lock, onDone, onTrouble }: KeepingUp): Upkeep {
  const { blueprint, assets, store, toolbox, engines, hosts, vault } = work;
  const { platform } = blueprint;
  const { clock } = toolbox;
  const overflowing: Overflowing = {
    ...{ platform, blueprint, assets, engines, hosts, store, vault, clock, run, signal },
    digest: toolbox.digest(vault),
    progress: () => undefined,
  };
  let state = beginning;
  let underWay: Promise<void> | undefined;
  let powerAtMs = -Infinity;
  let renewalsAtMs = -Infinity;

  const decided = (about: string, says: string, detail: Record<string, unknown>) => {
    const atMs = clock.now();
    store.append({ atMs, run, kind: 'decision', subject: `${about}/upkeep`, reason: says, detail });
    onDone(about, says, atMs);
  };

  async function power(nowMs: number): Promise<void> {
    const inventories = await inventoriesOf(engines, platform);
    const { platform: laidOut } = wanted(blueprint, assets, inventories, keptPrimacies(store, blueprint));
    const own = new Set(laidOut.machines.filter(({ part }) => part === 'base').map(({ name }) => name));
    const there = [...inventories.values()].flatMap(({ machines }) => machines).filter(({ name }) => own.has(name));
    const turn = decide(state, there.map(seenPower(work, laidOut)), nowMs);
    ({ state } = turn);
    for (const { machine, says } of turn.start)
      await start(machine, says).catch((error: unknown) => onTrouble(machine, error));
  }

  async function start(machine: MachineName, says: string): Promise<void> {
    const names = new Set([machine]);
    await lock.during(async () => {
      const { steps } = await planOf(overflowing, names);
      if (steps.length === 0) return;
      // To make a machine anew is for a person to decide, or for `up`.
      if (steps.some(({ kind }) => kind !== 'start-machine')) throw moreThanAStart(platform, machine);
      decided(machine, says, { kind: 'start' });
      await bring(overflowing, names);
    });
  }

  async function renewals(): Promise<void> {
    const steps = renewalsOf((await look(work)).plan.steps);
    if (steps.length === 0) return;
    await lock.during(async () => {
      decided(platform, `renews certificates: ${counted(steps.length, 'machine')}`, { kind: 'renew' });
      await perform({ steps }, overflowing);
    });
  }

  async function both(nowMs: number): Promise<void> {
    if (nowMs - powerAtMs >= powerEveryMs) {
      powerAtMs = nowMs;
      await power(nowMs);
    }
    if (nowMs - renewalsAtMs < renewalsEveryMs) return;
    renewalsAtMs = nowMs;
    await renewals();
  }

  return {
    turn(nowMs) {
      if (underWay !== undefined || signal.aborted || lock.tied() !== undefined) return;
      if (nowMs - powerAtMs < powerEveryMs && nowMs - renewalsAtMs < renewalsEveryMs) return;
      underWay = both(nowMs)
        .catch((error: unknown) => onTrouble(undefined, error))
        .finally(() => {
          underWay = undefined;
        });
    },
    async idle() {
      await underWay;
    },
  };
}

/** The failover controller starts and stops machines that were a primary; and what is broken on purpose stays so. */
function seenPower({ blueprint, store }: Work, laidOut: ReturnType<typeof wanted>['platform']) {
  const faults = lastingFaults(store);
  const kept = keptPrimacies(store, blueprint);
  const primacies = new Map(failoverPools(laidOut).map(({ pool, first }) => [pool, kept.get(pool) ?? first]));
  return ({ name, pool, state }: ActualMachine): SeenPower => {
    const primacy = primacies.get(pool);
    const isLed = primacy !== undefined && (primacy.primary === name || primacy.deposed.includes(name));
    const stays =
      faults.length > 0
        ? 'something is broken on purpose'
        : primacy?.move !== undefined || isLed
          ? 'the failover controller decides'
          : undefined;
    return { machine: name, isOff: state === 'stopped', ...(stays !== undefined && { stays }) };
  };
}

function moreThanAStart(platform: string, machine: MachineName): SpillwayError {
  return new SpillwayError({
    code: 'more-than-a-start',
    message: `${machine} is off, and has to be made anew, which a controller does not do by itself`,
    mend: `\`spillway plan ${platform}\` says why; \`spillway up ${platform}\` does it`,
  });
}
