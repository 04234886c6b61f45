import type { EngineName, MachineName, NetworkName, StepId } from '../model/ids.ts';
import type { Step } from '../model/plan.ts';
import { networksOf } from './ground-steps.ts';
import { withAllAfter } from './graph.ts';
import { on, type Existing, type Planning } from './planning.ts';
import { addressStep, machineStep, networkStep } from './step-ids.ts';

/** What exists and is not wanted any more. Networks go last, when nothing hangs on them. */
export function removalSteps(input: Planning, engine: EngineName): Step[] {
  const { platform } = input;
  const existing = on(input, engine);
  const reason = { code: 'not-wanted', says: 'is not in the blueprint' };
  const wantedMachines = new Set(platform.machines.map(({ name }) => name));
  const wantedAddresses = new Set(platform.addresses.map(({ name }) => name));
  const wantedNetworks = new Set(
    networksOf(
      platform,
      platform.machines.filter((machine) => machine.engine === engine),
    ).map(({ name }) => name),
  );
  const machines = [...existing.machines.values()]
    .filter(({ name }) => !wantedMachines.has(name))
    .map(({ name: machine }): Step => ({
      id: machineStep(machine),
      kind: 'remove-machine',
      engine,
      machine,
      reason,
      after: [],
    }));
  const addresses = [...existing.addresses.keys()]
    .filter((name) => !wantedAddresses.has(name))
    .map((name): Step => ({
      id: addressStep(engine, name),
      kind: 'remove-address',
      engine,
      address: name,
      reason,
      after: [],
    }));
  const networks = [...existing.networks.keys()]
    .filter((name) => !wantedNetworks.has(name))
    .map((network): Step => {
      const after = leavingSteps(existing, engine, network);
      return { id: networkStep(engine, network), kind: 'remove-network', engine, network, reason, after };
    });
  return [...machines, ...addresses, ...networks];
}

/** The steps of all that is on a network; what stays there has none. */
function leavingSteps({ machines, addresses }: Existing, engine: EngineName, network: NetworkName): StepId[] {
  return [
    ...[...machines.values()]
      .filter(({ interfaces }) => interfaces.some((one) => one.network === network))
      .map(({ name }) => machineStep(name)),
    ...[...addresses.values()].filter((one) => one.network === network).map(({ name }) => addressStep(engine, name)),
  ];
}

/**
 * A machine goes once the others were told: a balancer that still sends visitors
 * there would lose them. Who waits for any machine to go is not waited for.
 */
export function removedOnceForgotten(steps: readonly Step[]): readonly Step[] {
  const removals = new Set(steps.filter(({ kind }) => kind === 'remove-machine').map(({ id }) => id));
  if (removals.size === 0) return steps;
  const waiting = withAllAfter(steps, removals);
  const told = steps.filter(({ id, kind }) => kind === 'configure' && !waiting.has(id)).map(({ id }) => id);
  return steps.map((step) => (removals.has(step.id) ? { ...step, after: [...step.after, ...told] } : step));
}

/** Machines that a step removes and whose disk holds what exists nowhere else. */
export function lossesOf(input: Planning, steps: readonly Step[]): readonly MachineName[] {
  return steps.flatMap((step) => losses(step, input));
}

function losses(step: Step, input: Planning): readonly MachineName[] {
  const {
    platform,
    compiled: { keepers },
  } = input;
  if (step.kind === 'replace-machine') {
    return keepers.has(step.machine.name) && !['broken', 'deposed'].includes(step.reason.code)
      ? [step.machine.name]
      : [];
  }
  if (step.kind !== 'remove-machine') return [];
  const pool = on(input, step.engine).machines.get(step.machine)?.pool;
  const others = (pool === undefined ? undefined : platform.pools.get(pool)) ?? [];
  // Of a pool that is gone nobody knows any more what it kept, so it counts.
  return others.length === 0 || others.some(({ name }) => keepers.has(name)) ? [step.machine] : [];
}
