/** When nothing comes and nothing breaks any more: all that came goes, and a plan mends the rest and is empty then. */
import type { Assets } from '../../blueprint/platform.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { EngineName, MachineName } from '../../model/ids.ts';
import type { Digest } from '../../plan/compare-role.ts';
import { makePlan } from '../../plan/make-plan.ts';
import type { Store } from '../../ports/store.ts';
import type { Vault } from '../../ports/vault.ts';
import { keptPrimacies } from '../../runtime/failover/primacies.ts';
import { observe } from '../../runtime/observe.ts';
import { perform } from '../../runtime/perform.ts';
import type { PoolDriver } from '../../runtime/scale/drive-pool.ts';
import { imaginedEngine } from '../../sim/imagined-engine.ts';
import { imaginedHosts } from '../../sim/imagined-hosts.ts';
import { allWell, createCaller, type ImaginedWorld } from '../../sim/imagined-world.ts';
import type { VirtualTime } from '../../sim/time/virtual-time.ts';
import { leaveAsFound } from '../rehearse/leave-as-found.ts';

export interface AtRest {
  readonly time: VirtualTime;
  readonly world: ImaginedWorld;
  readonly blueprint: Blueprint;
  readonly assets: Assets;
  readonly digest: Digest;
  readonly vault: Vault;
  readonly store: Store;
}

/** Chosen: what drains has its minute, and a provider that fails now and then is asked again. */
const patienceMs = 300_000;
/** Chosen: one round mends, a second is for what shows only once the first is done. */
const mostRounds = 3;

/** What is left that should not be. */
export async function broughtToRest(
  drivers: readonly PoolDriver[],
  given: AtRest,
): Promise<readonly { readonly invariant: string; readonly what: string }[]> {
  const { time } = given;
  let left: readonly MachineName[] | undefined;
  void leaveAsFound(drivers, new Set(), time, patienceMs).then((names) => (left = names));
  while (left === undefined) await time.until(time.now() + 1000);
  const steps = await stepsLeft(given);
  return [
    ...left.map((name) => ({ invariant: 'nothing-leaks', what: `${name} could not be removed` })),
    ...(steps.length === 0
      ? []
      : [{ invariant: 'plan-empties', what: `after ${mostRounds} rounds there is still to do: ${steps.join(', ')}` }]),
  ];
}

async function stepsLeft({ world, blueprint, assets, digest, vault, store, time }: AtRest): Promise<readonly string[]> {
  const { platform } = blueprint;
  const call = createCaller(allWell);
  const engine = imaginedEngine(world, call);
  const engines = new Map(Object.keys(blueprint.engines).map((name) => [name as EngineName, engine]));
  const hosts = imaginedHosts(world, platform, call);
  const signal = new AbortController().signal;
  for (let round = 0; ; round++) {
    const seen = await observe(engines, hosts, blueprint, assets, keptPrimacies(store, blueprint));
    const imageKey = () => engine.imageKey(seen.compiled.packages);
    const plan = makePlan({ ...seen, replace: new Set(), rebake: new Set(), digest, imageKey });
    if (plan.steps.length === 0 || round === mostRounds) return plan.steps.map(({ id }) => id);
    await perform(plan, {
      ...{ platform, engines, hosts, store, vault, clock: time, signal, run: 'rest' },
      progress: () => undefined,
    });
  }
}
