/** What one machine needs: to be made, made anew, started, restarted, or only configured. */
import type { Machine } from '../blueprint/platform.ts';
import { the } from '../blueprint/records.ts';
import type { Reason, Step } from '../model/plan.ts';
import type { Recipe } from '../model/recipe.ts';
import { bakeFor } from './bake-steps.ts';
import { configureSteps } from './configure-steps.ts';
import { isSameNetwork, missing } from './ground-steps.ts';
import { on, onceFree, type Planning } from './planning.ts';
import { imageStep, machineStep, networkStep } from './step-ids.ts';
import { whyReplace } from './why-replace.ts';

export function machineSteps(input: Planning, machine: Machine): Step[] {
  const { engine, name } = machine;
  const there = on(input, engine).machines.get(name);
  const recipes = input.compiled.recipes.get(name) ?? [];
  if (there === undefined) return newMachine(input, machine, recipes, 'create-machine', missing);

  const facts = input.actual.facts.get(name);
  const why = whyReplace(machine, there, facts) ?? whyDeposed(input, machine) ?? whyAsked(input, machine);
  if (why !== undefined) return newMachine(input, machine, recipes, 'replace-machine', why);

  const id = machineStep(name);
  const after = machine.interfaces.map(({ network }) => networkStep(engine, network));
  if (there.state === 'stopped') {
    const reason = { code: 'stopped', says: 'does not run' };
    return [{ id, kind: 'start-machine', engine, machine: name, reason, after }];
  }
  if (there.isCutOff) {
    const reason = { code: 'cut-off', says: 'is cut off from its networks' };
    return [{ id, kind: 'rejoin-machine', engine, machine: name, reason, after }];
  }
  const configured = facts?.reachable === true ? configureSteps(input, machine, recipes, { there, facts }) : [];
  const unplugged = whyUnplugged(input, machine);
  if (unplugged !== undefined) {
    return [{ id, kind: 'restart-machine', engine, machine: name, reason: unplugged, after }, ...configured];
  }
  if (facts?.reachable === true) return configured;
  // What answers and cannot be entered, or has no end, a restart would not mend: a finding tells of it.
  if (facts !== undefined && facts.because !== 'silent') return [];
  const says = `does not answer over SSH${facts === undefined ? '' : ` (${facts.why})`}`;
  return [{ id, kind: 'restart-machine', engine, machine: name, reason: { code: 'unreachable', says }, after }];
}

/** It was the primary of its pool, and another one took its place. */
export function whyDeposed(
  { platform }: Pick<Planning, 'platform'>,
  { name, pool }: Pick<Machine, 'name' | 'pool'>,
): Reason | undefined {
  const primacy = platform.primacies.get(pool);
  if (primacy?.deposed.includes(name) !== true) return undefined;
  return {
    code: 'deposed',
    says: `was the primary until ${primacy.primary} took its place, and may hold what nobody else has`,
  };
}

function whyAsked({ replace }: Planning, { name }: Machine): Reason | undefined {
  return replace?.has(name) === true ? { code: 'asked', says: 'a person asked for it' } : undefined;
}

/** A network that is made anew finds nobody plugged in: cables are laid when a machine is booted. */
function whyUnplugged(input: Planning, { engine, interfaces }: Machine): Reason | undefined {
  const { networks } = on(input, engine);
  for (const { network } of interfaces) {
    const there = networks.get(network);
    if (there === undefined) return { code: 'network-lost', says: `its network ${network} was gone` };
    if (!isSameNetwork(there, the(input.platform.blueprint.networks, network)))
      return { code: 'network-replaced', says: `its network ${network} is made anew` };
  }
  return undefined;
}

function newMachine(
  input: Planning,
  machine: Machine,
  recipes: readonly Recipe[],
  kind: 'create-machine' | 'replace-machine',
  reason: Reason,
): Step[] {
  const { name, pool, part, site, flavour, hardware, interfaces, engine } = machine;
  const bake = kind === 'create-machine' ? bakeFor(input, machine) : undefined;
  const order = {
    platform: input.platform.blueprint.platform,
    ...{ name, pool, part, site, interfaces },
    flavour: { name: flavour, ...hardware },
    packages: input.compiled.packages,
    ...(bake !== undefined && { bake: bake.name }),
  };
  const id = machineStep(name);
  const after = [
    imageStep(engine),
    ...interfaces.map(({ network }) => networkStep(engine, network)),
    ...onceFree(input, engine, interfaces).filter((step) => step !== id),
  ];
  if (bake !== undefined) {
    // What a copy lacks, only a look at it can say.
    const copied = { ...reason, says: `${reason.says}; begins as a copy of ${bake.from}` };
    return [{ id, kind, engine, machine: order, reason: copied, after }];
  }
  return [{ id, kind, engine, machine: order, reason, after }, ...configureSteps(input, machine, recipes)];
}
