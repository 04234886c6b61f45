/** Wanted against actual: the steps that lead from one to the other. */
import { layOut, priceOf, type Assets, type Machine, type Platform, type Taken } from '../blueprint/platform.ts';
import { entries, the } from '../blueprint/records.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import type { MachineFacts } from '../model/facts.ts';
import type { EngineName, ImageKey, MachineName, NetworkName, StepId } from '../model/ids.ts';
import type { ActualMachine, Inventory } from '../model/inventory.ts';
import type { Plan, Reason, Step } from '../model/plan.ts';
import type { Recipe } from '../model/recipe.ts';
import type { AddressSpec, NetworkSpec } from '../model/spec.ts';
import { compile, type Compiled } from '../roles/compile.ts';
import { compareRole, type Digest } from './compare-role.ts';
import { lint } from './lint.ts';
import { whyReplace } from './why-replace.ts';

/** What there is, engine by engine, and what was seen on the machines that answered. */
export interface Actual {
  readonly inventories: ReadonlyMap<EngineName, Inventory>;
  readonly facts: ReadonlyMap<MachineName, MachineFacts>;
}

export interface PlanInput {
  readonly platform: Platform;
  readonly compiled: Compiled;
  readonly actual: Actual;
  readonly digest: Digest;
  /** The key of the image that holds the platform's packages, by engine. */
  readonly imageKey: (engine: EngineName) => ImageKey;
}

/** A blueprint laid out around what exists, and compiled: the wanted half of a plan. */
export function wanted(
  blueprint: Blueprint,
  assets: Assets,
  inventories: Actual['inventories'],
): { platform: Platform; compiled: Compiled } {
  const platform = layOut(blueprint, assets, takenBy(inventories));
  return { platform, compiled: compile(platform) };
}

function takenBy(inventories: Actual['inventories']): Taken {
  const all = [...inventories.values()];
  return {
    machines: new Map(all.flatMap(({ machines }) => machines.map(({ name, interfaces }) => [name, interfaces]))),
    addresses: new Map(all.flatMap(({ addresses }) => addresses.map(({ name, ip }) => [name, ip]))),
  };
}

export function makePlan(input: PlanInput): Plan {
  const { platform, actual } = input;
  const engines = enginesOf(platform, actual);
  const steps = [
    ...engines.flatMap((engine) => groundSteps(input, engine)),
    ...platform.machines.flatMap((machine) => machineSteps(input, machine)),
    ...engines.flatMap((engine) => removalSteps(input, engine)),
  ];
  const known = new Set(steps.map(({ id }) => id));
  return {
    // What a step waits for may already be so, and then is no step of this plan.
    steps: steps.map((step) => ({ ...step, after: step.after.filter((id) => known.has(id)) })),
    cost: costOf(platform, actual),
    findings: lint(platform),
    losses: steps.flatMap((step) => losses(step, input)),
  };
}

function enginesOf({ machines }: Platform, { inventories }: Actual): readonly EngineName[] {
  return [...new Set([...machines.map(({ engine }) => engine), ...inventories.keys()])];
}

const stepId = (...parts: readonly string[]): StepId => parts.join('/') as StepId;
const imageStep = (engine: EngineName) => stepId('image', engine);
const networkStep = (engine: EngineName, name: NetworkName) => stepId('network', engine, name);
const machineStep = (name: MachineName) => stepId(name, 'machine');
const roleStep = (name: MachineName, role: string) => stepId(name, role);

/** The image, the networks and the addresses: what machines stand on. */
function groundSteps({ platform, compiled, actual, imageKey }: PlanInput, engine: EngineName): Step[] {
  const inventory = actual.inventories.get(engine);
  const machines = platform.machines.filter((machine) => machine.engine === engine);
  const steps: Step[] = [];
  const image = imageKey(engine);
  const someToMake = machines.some(
    ({ name }) => !inventory?.machines.some((one) => one.name === name && one.state !== 'broken'),
  );
  if (someToMake && inventory?.images.includes(image) !== true) {
    const reason = { code: 'missing', says: `no image holds these ${compiled.packages.length} packages yet` };
    steps.push({
      id: imageStep(engine),
      kind: 'build-image',
      engine,
      image,
      packages: compiled.packages,
      reason,
      after: [],
    });
  }
  for (const network of networksOf(platform, machines)) {
    const there = inventory?.networks.find(({ name }) => name === network.name);
    const id = networkStep(engine, network.name);
    if (there === undefined) steps.push({ id, kind: 'create-network', engine, network, reason: missing, after: [] });
    else if (there.cidr !== network.cidr || there.kind !== network.kind) {
      const reason = { code: 'differs', says: `is ${there.kind} ${there.cidr}` };
      steps.push({ id, kind: 'replace-network', engine, network, reason, after: [] });
    } else if (!sameSet(there.sites, network.sites)) {
      const reason = { code: 'sites', says: `is at ${there.sites.join(', ')}` };
      steps.push({ id, kind: 'create-network', engine, network, reason, after: [] });
    }
  }
  for (const address of addressesOf(platform, machines)) {
    const there = inventory?.addresses.find(({ name }) => name === address.name);
    if (there?.ip === address.ip && there.network === address.network && sameSet(there.holders, address.holders))
      continue;
    const reason =
      there === undefined ? missing : { code: 'differs', says: `is ${there.ip}, held by ${there.holders.join(', ')}` };
    const id = stepId('address', engine, address.name);
    steps.push({ id, kind: 'create-address', engine, address, reason, after: [networkStep(engine, address.network)] });
  }
  return steps;
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item));
}

const missing: Reason = { code: 'missing', says: 'is not there' };

/** The networks of an engine's machines, at the sites where the engine has machines, overflow included. */
function networksOf({ blueprint }: Platform, machines: readonly Machine[]): readonly NetworkSpec[] {
  const used = new Set(machines.flatMap(({ interfaces }) => interfaces.map(({ network }) => network)));
  return entries(blueprint.networks).flatMap(([name, { kind, cidr }]) => {
    const sites = entries(blueprint.sites).map(([site]) => site);
    return used.has(name) ? [{ platform: blueprint.platform, name, kind, cidr, sites }] : [];
  });
}

function addressesOf({ blueprint, addresses }: Platform, machines: readonly Machine[]): readonly AddressSpec[] {
  return addresses.flatMap(({ name, network, pool, ip }) => {
    const holders = machines.filter((machine) => machine.pool === pool).map((machine) => machine.name);
    return holders.length === 0 ? [] : [{ platform: blueprint.platform, name, network, ip, holders }];
  });
}

function machineSteps(input: PlanInput, machine: Machine): Step[] {
  const { compiled, actual } = input;
  const there = actual.inventories.get(machine.engine)?.machines.find(({ name }) => name === machine.name);
  const recipes = compiled.recipes.get(machine.name) ?? [];
  if (there === undefined) return newMachine(input, machine, recipes, 'create-machine', missing);

  const facts = actual.facts.get(machine.name);
  const why = whyReplace(machine, there, facts);
  if (why !== undefined) return newMachine(input, machine, recipes, 'replace-machine', why);

  const { engine, name } = machine;
  const id = machineStep(name);
  const after = machine.interfaces.map(({ network }) => networkStep(engine, network));
  if (there.state === 'stopped') {
    return [
      { id, kind: 'start-machine', engine, machine: name, reason: { code: 'stopped', says: 'does not run' }, after },
    ];
  }
  const lost = there.interfaces.find(({ network }) => !networkThere(actual, engine, network));
  if (lost !== undefined) {
    const reason = { code: 'network-lost', says: `its network ${lost.network} was gone` };
    return [{ id, kind: 'restart-machine', engine, machine: name, reason, after }];
  }
  if (facts?.reachable !== true) {
    const says = `does not answer over SSH${facts === undefined ? '' : ` (${facts.why})`}`;
    return [{ id, kind: 'restart-machine', engine, machine: name, reason: { code: 'unreachable', says }, after }];
  }
  return configureSteps(input, machine, recipes, (role) => facts.roles.get(role) ?? undefined, there);
}

function networkThere({ inventories }: Actual, engine: EngineName, network: NetworkName): boolean {
  return inventories.get(engine)?.networks.some(({ name }) => name === network) === true;
}

function newMachine(
  input: PlanInput,
  machine: Machine,
  recipes: readonly Recipe[],
  kind: 'create-machine' | 'replace-machine',
  reason: Reason,
): Step[] {
  const { name, pool, part, site, flavour, hardware, interfaces, engine } = machine;
  const order = {
    platform: input.platform.blueprint.platform,
    ...{ name, pool, part, site, interfaces },
    flavour: { name: flavour, ...hardware },
    packages: input.compiled.packages,
  };
  const after = [imageStep(engine), ...interfaces.map(({ network }) => networkStep(engine, network))];
  return [
    { id: machineStep(name), kind, engine, machine: order, reason, after },
    ...configureSteps(input, machine, recipes, () => undefined),
  ];
}

/** One step a role, in their order, and the commissioning once all are done. */
function configureSteps(
  { digest }: PlanInput,
  { name, engine }: Machine,
  recipes: readonly Recipe[],
  factsOf: (role: string) => Parameters<typeof compareRole>[1],
  there?: ActualMachine,
): Step[] {
  const steps: Step[] = [];
  let before = [machineStep(name)];
  for (const recipe of recipes) {
    const changes = compareRole(recipe, factsOf(recipe.role), digest);
    if (changes.length === 0) continue;
    const id = roleStep(name, recipe.role);
    const after = [...before, ...recipe.after.map(({ machine, role }) => roleStep(machine, role))];
    const reason =
      there === undefined
        ? { code: 'new-machine', says: 'the machine is new' }
        : { code: 'differs', says: `${changes.length} differences` };
    steps.push({ id, kind: 'configure', machine: name, role: recipe.role, changes, reason, after });
    before = [id];
  }
  if (there?.commissioned !== true) {
    const reason = { code: 'not-commissioned', says: 'gets its share of the hardware once it is configured' };
    steps.push({
      id: stepId(name, 'commission'),
      kind: 'commission-machine',
      engine,
      machine: name,
      reason,
      after: before,
    });
  }
  return steps;
}

/** What exists and is not wanted any more. Networks go last, when nothing hangs on them. */
function removalSteps({ platform, actual }: PlanInput, engine: EngineName): Step[] {
  const inventory = actual.inventories.get(engine);
  if (inventory === undefined) return [];
  const reason = { code: 'not-wanted', says: 'is not in the blueprint' };
  const wantedMachines = new Set(platform.machines.map(({ name }) => name));
  const wantedNetworks = new Set(
    networksOf(
      platform,
      platform.machines.filter((machine) => machine.engine === engine),
    ).map(({ name }) => name),
  );
  const machines = inventory.machines
    .filter(({ name, part }) => !wantedMachines.has(name) && part === 'base')
    .map(({ name: machine }): Step => ({
      id: machineStep(machine),
      kind: 'remove-machine',
      engine,
      machine,
      reason,
      after: [],
    }));
  const addresses = inventory.addresses
    .filter(({ name }) => !platform.addresses.some((one) => one.name === name))
    .map(({ name }): Step => ({
      id: stepId('address', engine, name),
      kind: 'remove-address',
      engine,
      address: name,
      reason,
      after: [],
    }));
  const networks = inventory.networks
    .filter(({ name }) => !wantedNetworks.has(name))
    .map(({ name }): Step => {
      const after = [...machines, ...addresses].map(({ id }) => id);
      return { id: networkStep(engine, name), kind: 'remove-network', engine, network: name, reason, after };
    });
  return [...machines, ...addresses, ...networks];
}

function losses(step: Step, { platform, compiled: { keepers }, actual }: PlanInput): readonly MachineName[] {
  if (step.kind === 'replace-machine') {
    return keepers.has(step.machine.name) && step.reason.code !== 'broken' ? [step.machine.name] : [];
  }
  if (step.kind !== 'remove-machine') return [];
  const pool = actual.inventories.get(step.engine)?.machines.find(({ name }) => name === step.machine)?.pool;
  const others = platform.machines.filter((machine) => machine.pool === pool);
  // Of a pool that is gone nobody knows any more what it kept, so it counts.
  return others.length === 0 || others.some(({ name }) => keepers.has(name)) ? [step.machine] : [];
}

function costOf({ blueprint, machines }: Platform, { inventories }: Actual): Plan['cost'] {
  const { fullPerHour, currency } = priceOf(blueprint);
  const perHour = (flavour: Machine['flavour']) => blueprint.flavours[flavour]?.price.perHour ?? 0;
  const existing = [...inventories.values()].flatMap((inventory) => inventory.machines);
  return {
    currency,
    nowPerHour: existing.reduce((sum, { flavour }) => sum + perHour(flavour), 0),
    thenPerHour: machines.reduce((sum, { flavour }) => sum + the(blueprint.flavours, flavour).price.perHour, 0),
    fullPerHour,
  };
}
