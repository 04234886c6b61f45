import type { Machine, Platform } from '../blueprint/platform.ts';
import { entries } from '../blueprint/records.ts';
import type { EngineName } from '../model/ids.ts';
import type { ActualAddress, ActualNetwork } from '../model/inventory.ts';
import type { Reason, Step } from '../model/plan.ts';
import type { Compiled } from '../roles/compile.ts';
import type { AddressSpec, NetworkSpec } from '../model/spec.ts';
import { on, onceFree, type Planning } from './planning.ts';
import { addressStep, machineStep, networkStep, placeStep } from './step-ids.ts';

/** The networks and the addresses: what machines stand on. */
export function groundSteps(input: Planning, engine: EngineName): Step[] {
  const { platform } = input;
  const existing = on(input, engine);
  const machines = platform.machines.filter((machine) => machine.engine === engine);
  const steps: Step[] = [];
  for (const network of networksOf(platform, machines)) {
    const there = existing.networks.get(network.name);
    const id = networkStep(engine, network.name);
    if (there === undefined) steps.push({ id, kind: 'create-network', engine, network, reason: missing, after: [] });
    else if (!isSameNetwork(there, network)) {
      const reason = { code: 'differs', says: `is ${there.kind} ${there.cidr}` };
      steps.push({ id, kind: 'replace-network', engine, network, reason, after: [] });
    } else if (!network.sites.every((site) => there.sites.includes(site))) {
      // A site too many does no harm, and no engine takes it away from a network.
      const reason = { code: 'sites', says: `is at ${there.sites.join(', ')}` };
      steps.push({ id, kind: 'create-network', engine, network, reason, after: [] });
    }
  }
  for (const address of addressesOf(platform, input.compiled, machines)) {
    const there = existing.addresses.get(address.name);
    if (
      there?.ip === address.ip &&
      there.network === address.network &&
      there.placed === address.placed &&
      sameSet(there.holders, address.holders)
    )
      continue;
    const reason = there === undefined ? missing : differs(there, address.placed);
    const id = addressStep(engine, address.name);
    const after = [networkStep(engine, address.network), ...onceFree(input, engine, [address])].filter(
      (step) => step !== id,
    );
    steps.push({ id, kind: 'create-address', engine, address, reason, after });
  }
  return steps;
}

function differs({ ip, holders, placed }: ActualAddress, wanted: boolean): Reason {
  const moved = placed === wanted ? '' : placed ? ', placed by the controller' : ', moved by its holders';
  return { code: 'differs', says: `is ${ip}, held by ${holders.join(', ')}${moved}` };
}

/** The addresses that the controller places, each on the machine that leads. */
export function placeSteps(input: Planning, engine: EngineName): Step[] {
  const { addresses, machines } = on(input, engine);
  const here = new Set(input.platform.machines.flatMap((machine) => (machine.engine === engine ? [machine.name] : [])));
  return input.platform.addresses.flatMap(({ name: address, network, ip }): Step[] => {
    const machine = input.compiled.placements.get(address);
    if (machine === undefined || !here.has(machine)) return [];
    const there = addresses.get(address);
    // One that is made anew elsewhere in its network is on no machine then, whatever it is on now.
    const isSame = there?.ip === ip && there.network === network;
    if (isSame && there.on === machine && machines.has(machine)) return [];
    const at = isSame && there.on !== machine ? there.on : undefined;
    const reason =
      at === undefined ? { code: 'unplaced', says: 'is on no machine' } : { code: 'elsewhere', says: `is on ${at}` };
    const after = [addressStep(engine, address), machineStep(machine)];
    return [{ id: placeStep(engine, address), kind: 'place-address', engine, address, machine, reason, after }];
  });
}

/** A machine is set up once it has the addresses that lead to it: others are filled through them. */
export function placedFirst(steps: readonly Step[]): readonly Step[] {
  const placed = steps.filter((step) => step.kind === 'place-address');
  if (placed.length === 0) return steps;
  return steps.map((step) => {
    if (step.kind !== 'configure') return step;
    const before = placed.filter(({ machine }) => machine === step.machine).map(({ id }) => id);
    return before.length === 0 ? step : { ...step, after: [...step.after, ...before] };
  });
}

export function isSameNetwork(there: ActualNetwork, { cidr, kind }: Pick<ActualNetwork, 'cidr' | 'kind'>): boolean {
  return there.cidr === cidr && there.kind === kind;
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item));
}

export const missing: Reason = { code: 'missing', says: 'is not there' };

/** The networks of an engine's machines, at the sites where the engine has machines, overflow included. */
export function networksOf({ blueprint }: Platform, machines: readonly Machine[]): readonly NetworkSpec[] {
  const used = new Set(machines.flatMap(({ interfaces }) => interfaces.map(({ network }) => network)));
  return entries(blueprint.networks).flatMap(([name, { kind, cidr }]) => {
    const sites = entries(blueprint.sites).map(([site]) => site);
    return used.has(name) ? [{ platform: blueprint.platform, name, kind, cidr, sites }] : [];
  });
}

function addressesOf(
  { blueprint, addresses }: Platform,
  { placements }: Pick<Compiled, 'placements'>,
  machines: readonly Machine[],
): readonly AddressSpec[] {
  return addresses.flatMap(({ name, network, pool, ip }) => {
    const holders = machines.filter((machine) => machine.pool === pool).map((machine) => machine.name);
    if (holders.length === 0) return [];
    return [{ platform: blueprint.platform, name, network, ip, holders, placed: placements.has(name) }];
  });
}
