/** A blueprint and an imagined world to bring it up in. */
import { createHash } from 'node:crypto';
import { parseBlueprint } from '../../src/blueprint/parse.ts';
import { noAssets, noPrimacies, type Assets } from '../../src/blueprint/platform.ts';
import type { Blueprint } from '../../src/blueprint/schema.ts';
import type { EngineName, MachineName, PlatformName } from '../../src/model/ids.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Digest } from '../../src/plan/compare-role.ts';
import { makePlan, wanted, type PlanInput } from '../../src/plan/make-plan.ts';
import { keptPrimacies } from '../../src/runtime/failover/primacies.ts';
import { observe } from '../../src/runtime/observe.ts';
import { perform, type StepEvent } from '../../src/runtime/perform.ts';
import { worldWith } from '../../src/sim/already-up.ts';
import { damage, type Damage } from '../../src/sim/damage.ts';
import { imaginedEngine, imaginedImageKey } from '../../src/sim/imagined-engine.ts';
import { imaginedHosts } from '../../src/sim/imagined-hosts.ts';
import { imaginedStore } from '../../src/sim/imagined-store.ts';
import { imaginedVault } from '../../src/sim/imagined-vault.ts';
import { allWell, createCaller, emptyWorld, type Fates } from '../../src/sim/imagined-world.ts';

/** Reads a blueprint that must be right. An object will do: JSON is YAML. */
export function blueprintOf(source: string | object): Blueprint {
  const parsed = parseBlueprint(typeof source === 'string' ? source : JSON.stringify(source));
  if (!parsed.ok)
    throw new Error(parsed.problems.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
  return parsed.blueprint;
}

export const vault = imaginedVault();

const digests = new Map<string, string>();
export const digest: Digest = ({ content }) => {
  const known = digests.get(content) ?? createHash('sha256').update(vault.fill(content)).digest('hex');
  digests.set(content, known);
  return known;
};

export const noInventories = new Map<EngineName, never>();

/** The plan of a blueprint in a world without anything. */
export function firstPlan(blueprint: Blueprint): Plan {
  const actual = { inventories: noInventories, facts: new Map<never, never>() };
  return makePlan({
    ...wanted(blueprint, noAssets, noInventories, noPrimacies),
    actual,
    digest,
    imageKey: ofPackages(blueprint),
  });
}

function ofPackages(blueprint: Blueprint): PlanInput['imageKey'] {
  const { compiled } = wanted(blueprint, noAssets, noInventories, noPrimacies);
  return () => imaginedImageKey(compiled.packages);
}

/** A world in which this blueprint is up. */
export function upWorld(blueprint: Blueprint, assets: Assets = noAssets, overflow: readonly string[] = []) {
  const { platform, compiled } = wanted(
    blueprint,
    assets,
    noInventories,
    noPrimacies,
    new Set(overflow as MachineName[]),
  );
  return worldWith(platform, compiled, digest);
}

export interface Trial {
  readonly fates?: Fates;
  readonly signal?: AbortSignal;
  readonly progress?: (event: StepEvent) => void;
}

/** What can be done with a platform in an imagined world. */
export function imagine(world = emptyWorld(), platform = 'shop' as PlatformName) {
  const store = imaginedStore();
  const ports = (fates: Fates) => {
    const caller = createCaller(fates);
    const engine = imaginedEngine(world, caller);
    return { engines: new Map([['lab' as EngineName, engine]]), hosts: imaginedHosts(world, platform, caller), engine };
  };
  const look = async (blueprint: Blueprint, assets: Assets = noAssets): Promise<PlanInput & { plan: Plan }> => {
    const { engines, hosts, engine } = ports(allWell);
    const seen = await observe(engines, hosts, blueprint, assets, keptPrimacies(store, blueprint));
    const input: PlanInput = { ...seen, digest, imageKey: () => engine.imageKey(seen.compiled.packages) };
    return { ...input, plan: makePlan(input) };
  };
  const carryOut = async (plan: Plan, { fates = allWell, signal, progress = () => undefined }: Trial = {}) => {
    const { engines, hosts } = ports(fates);
    let nowMs = 0;
    const clock = { now: () => nowMs++, wall: () => nowMs, sleep: async () => undefined };
    const never = new AbortController().signal;
    await perform(plan, {
      ...{ platform, engines, hosts, store, vault, clock, progress },
      run: 'test',
      signal: signal ?? never,
    });
  };
  return {
    world,
    store,
    look,
    carryOut,
    plan: async (blueprint: Blueprint, assets?: Assets) => (await look(blueprint, assets)).plan,
    hurt: (what: Damage) => damage(world, platform, what),
    /** Plans and performs until nothing is left to do; returns how often something was. */
    async settle(blueprint: Blueprint, roundsMax = 1): Promise<number> {
      for (let round = 0; ; round++) {
        const { plan } = await look(blueprint);
        if (plan.steps.length === 0) return round;
        if (round === roundsMax) throw new Error(`still to do: ${showPlan(plan)}`);
        await carryOut(plan);
      }
    },
  };
}

export type Imagined = ReturnType<typeof imagine>;

/** One line a step: what, which kind, why, and after which. */
export function showPlan({ steps }: Plan): string {
  return steps
    .map(
      ({ id, kind, reason, after }) =>
        `${id}  ${kind}  ${reason.code}${after.length === 0 ? '' : `  < ${after.join(' ')}`}`,
    )
    .join('\n');
}
