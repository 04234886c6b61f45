/** Wanted against actual: the steps that lead from one to the other. */
import { layOut, priceOf, type Assets, type Machine, type Platform, type Taken } from '../blueprint/platform.ts';
import { entries, the } from '../blueprint/records.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import type { MachineFacts } from '../model/facts.ts';
import type { AddressName, EngineName, ImageKey, MachineName, NetworkName, StepId } from '../model/ids.ts';
import type { ActualAddress, ActualMachine, ActualNetwork, Inventory } from '../model/inventory.ts';
import type { Plan, Reason, Step } from '../model/plan.ts';
import type { Recipe } from '../model/recipe.ts';
import { counted } from '../model/quantities.ts';
import type { AddressSpec, NetworkSpec } from '../model/spec.ts';
import { compile, type Compiled } from '../roles/compile.ts';
import { comparer, type Compare, type Digest } from './compare-role.ts';
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

export function makePlan(planInput: PlanInput): Plan {
  const { platform, actual } = planInput;
  const engines = enginesOf(platform, actual);
  const input: Planning = {
    ...planInput,
    existing: existingOn(engines, actual),
    unseen: unseenOf(actual),
    compare: comparer(planInput.digest),
  };
  const machines = platform.machines.flatMap((machine) => machineSteps(input, machine));
  const all = [
    ...engines.flatMap((engine) => [...imageSteps(input, engine, machines), ...groundSteps(input, engine)]),
    ...machines,
    ...engines.flatMap((engine) => removalSteps(input, engine)),
  ];
  const steps = commissionedLast(onSeenGround(all, input.unseen));
  const known = new Set(steps.map(({ id }) => id));
  return {
    // What a step waits for may already be so, and then is no step of this plan.
    steps: steps.map((step) => ({ ...step, after: step.after.filter((id) => known.has(id)) })),
    cost: costOf(platform, actual),
    findings: lint(platform),
    losses: steps.flatMap((step) => losses(step, input)),
  };
}

interface Planning extends PlanInput {
  readonly existing: ReadonlyMap<EngineName, Existing>;
  readonly compare: Compare;
  /** Machines of which nobody knows how they are configured: they must be started before they can be looked at. */
  readonly unseen: ReadonlySet<MachineName>;
}

/** What there is on one engine, by name: among thousands of machines nothing is searched for in a list. */
interface Existing {
  readonly images: readonly ImageKey[];
  readonly networks: ReadonlyMap<NetworkName, ActualNetwork>;
  readonly machines: ReadonlyMap<MachineName, ActualMachine>;
  readonly addresses: ReadonlyMap<AddressName, ActualAddress>;
  /** Whose addresses they are: the machine's step, by network and IP. */
  readonly holders: ReadonlyMap<string, StepId>;
}

function existingOn(engines: readonly EngineName[], { inventories }: Actual): Planning['existing'] {
  const byName = <Name, Thing extends { readonly name: Name }>(things: readonly Thing[] = []) =>
    new Map(things.map((thing) => [thing.name, thing]));
  return new Map(
    engines.map((engine): [EngineName, Existing] => {
      const { images = [], networks, machines, addresses } = inventories.get(engine) ?? {};
      const holders = [
        ...(machines ?? []).flatMap(({ name, interfaces }) =>
          interfaces.map((at) => [placeOf(at), machineStep(name)] as const),
        ),
        ...(addresses ?? []).map((at) => [placeOf(at), addressStep(engine, at.name)] as const),
      ];
      return [
        engine,
        {
          images,
          networks: byName(networks),
          machines: byName(machines),
          addresses: byName(addresses),
          holders: new Map(holders),
        },
      ];
    }),
  );
}

const placeOf = ({ network, ip }: { readonly network: NetworkName; readonly ip: string }) => `${network} ${ip}`;

function on({ existing }: Planning, engine: EngineName): Existing {
  const there = existing.get(engine);
  if (there === undefined) throw new Error(`no engine ${engine}`);
  return there;
}

/** The steps after which nobody else has these places any more. */
function onceFree(input: Planning, engine: EngineName, places: readonly Parameters<typeof placeOf>[0][]): StepId[] {
  const { holders } = on(input, engine);
  return places.flatMap((place) => holders.get(placeOf(place)) ?? []);
}

function enginesOf({ machines }: Platform, { inventories }: Actual): readonly EngineName[] {
  return [...new Set([...machines.map(({ engine }) => engine), ...inventories.keys()])];
}

const stepId = (...parts: readonly string[]): StepId => parts.join('/') as StepId;
const imageStep = (engine: EngineName) => stepId('image', engine);
const networkStep = (engine: EngineName, name: NetworkName) => stepId('network', engine, name);
const addressStep = (engine: EngineName, name: AddressName) => stepId('address', engine, name);
const machineStep = (name: MachineName) => stepId(name, 'machine');
const roleStep = (name: MachineName, role: string) => stepId(name, role);

/** Whoever is made needs the image, whatever the reason. */
function imageSteps(input: Planning, engine: EngineName, machines: readonly Step[]): Step[] {
  const { packages } = input.compiled;
  const image = input.imageKey(engine);
  const someToMake = machines.some((step) => isMaking(step) && step.engine === engine);
  if (!someToMake || on(input, engine).images.includes(image)) return [];
  const reason = { code: 'missing', says: `no image holds these ${packages.length} packages yet` };
  return [{ id: imageStep(engine), kind: 'build-image', engine, image, packages, reason, after: [] }];
}

function isMaking(step: Step): step is Step & { readonly kind: 'create-machine' | 'replace-machine' } {
  return step.kind === 'create-machine' || step.kind === 'replace-machine';
}

/** The networks and the addresses: what machines stand on. */
function groundSteps(input: Planning, engine: EngineName): Step[] {
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
  for (const address of addressesOf(platform, machines)) {
    const there = existing.addresses.get(address.name);
    if (there?.ip === address.ip && there.network === address.network && sameSet(there.holders, address.holders))
      continue;
    const reason =
      there === undefined ? missing : { code: 'differs', says: `is ${there.ip}, held by ${there.holders.join(', ')}` };
    const id = addressStep(engine, address.name);
    const after = [networkStep(engine, address.network), ...onceFree(input, engine, [address])].filter(
      (step) => step !== id,
    );
    steps.push({ id, kind: 'create-address', engine, address, reason, after });
  }
  return steps;
}

function isSameNetwork(there: ActualNetwork, { cidr, kind }: Pick<ActualNetwork, 'cidr' | 'kind'>): boolean {
  return there.cidr === cidr && there.kind === kind;
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

function machineSteps(input: Planning, machine: Machine): Step[] {
  const { compiled, actual } = input;
  const there = on(input, machine.engine).machines.get(machine.name);
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
  const configured =
    facts?.reachable === true
      ? configureSteps(input, machine, recipes, (role) => facts.roles.get(role) ?? undefined, there)
      : [];
  const unplugged = whyUnplugged(input, machine);
  if (unplugged !== undefined) {
    return [{ id, kind: 'restart-machine', engine, machine: name, reason: unplugged, after }, ...configured];
  }
  if (facts?.reachable === false && facts.answers === true) return [];
  if (facts?.reachable !== true) {
    const says = `does not answer over SSH${facts === undefined ? '' : ` (${facts.why})`}`;
    return [{ id, kind: 'restart-machine', engine, machine: name, reason: { code: 'unreachable', says }, after }];
  }
  return configured;
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
  const order = {
    platform: input.platform.blueprint.platform,
    ...{ name, pool, part, site, interfaces },
    flavour: { name: flavour, ...hardware },
    packages: input.compiled.packages,
  };
  const id = machineStep(name);
  const after = [
    imageStep(engine),
    ...interfaces.map(({ network }) => networkStep(engine, network)),
    ...onceFree(input, engine, interfaces).filter((step) => step !== id),
  ];
  return [
    { id, kind, engine, machine: order, reason, after },
    ...configureSteps(input, machine, recipes, () => undefined),
  ];
}

/**
 * Leaves out what builds on a machine that must be started before it can be looked
 * at, and what builds on that: only the next look can say whether it is ready for them.
 */
function onSeenGround(steps: readonly Step[], unseen: ReadonlySet<MachineName>): readonly Step[] {
  const starts = steps.filter(
    (step) => (step.kind === 'start-machine' || step.kind === 'restart-machine') && unseen.has(step.machine),
  );
  if (starts.length === 0) return steps;
  const waiting = new Set(starts.map(({ id }) => id));
  const built = steps.filter(({ kind }) => kind === 'configure' || kind === 'commission-machine');
  for (let found = true; found;) {
    const next = built.filter(({ id, after }) => !waiting.has(id) && after.some((one) => waiting.has(one)));
    for (const { id } of next) waiting.add(id);
    found = next.length > 0;
  }
  return steps.filter((step) => starts.includes(step) || !waiting.has(step.id));
}

/**
 * A machine has the whole host until those are set up that build on it. With its
 * share alone, it would serve a replica's copy or a first filling many times as slowly.
 */
function commissionedLast(steps: readonly Step[]): readonly Step[] {
  const configured = new Map(
    steps.flatMap((step) => (step.kind === 'configure' ? [[step.id, step.machine] as const] : [])),
  );
  const builders = new Map<MachineName, Set<StepId>>();
  for (const { id, after } of steps) {
    for (const machine of after.map((one) => configured.get(one))) {
      if (machine === undefined || machine === configured.get(id) || !configured.has(id)) continue;
      builders.set(machine, (builders.get(machine) ?? new Set()).add(id));
    }
  }
  return steps.map((step) =>
    step.kind === 'commission-machine'
      ? { ...step, after: [...step.after, ...(builders.get(step.machine) ?? [])] }
      : step,
  );
}

function unseenOf({ inventories, facts }: Actual): ReadonlySet<MachineName> {
  const machines = [...inventories.values()].flatMap((inventory) => inventory.machines);
  const unseen = machines.filter(({ name, state }) => state !== 'broken' && facts.get(name)?.reachable !== true);
  return new Set(unseen.map(({ name }) => name));
}

/** One step a role, in their order, and the commissioning once all are done. */
function configureSteps(
  { compare }: Planning,
  { name, engine }: Machine,
  recipes: readonly Recipe[],
  factsOf: (role: string) => Parameters<Compare>[1],
  there?: ActualMachine,
): Step[] {
  const steps: Step[] = [];
  let before = [machineStep(name)];
  for (const recipe of recipes) {
    const changes = compare(recipe, factsOf(recipe.role));
    if (changes.length === 0) continue;
    const id = roleStep(name, recipe.role);
    // Where the role itself has nothing to do, its machine may still have to be started.
    const after = [
      ...before,
      ...recipe.after.flatMap(({ machine, role }) => [machineStep(machine), roleStep(machine, role)]),
    ];
    const reason =
      there === undefined
        ? { code: 'new-machine', says: 'the machine is new' }
        : { code: 'differs', says: counted(changes.length, 'difference') };
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
function removalSteps(input: Planning, engine: EngineName): Step[] {
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
    .filter(({ name, part }) => !wantedMachines.has(name) && part === 'base')
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

function losses(step: Step, input: Planning): readonly MachineName[] {
  const {
    platform,
    compiled: { keepers },
  } = input;
  if (step.kind === 'replace-machine') {
    return keepers.has(step.machine.name) && step.reason.code !== 'broken' ? [step.machine.name] : [];
  }
  if (step.kind !== 'remove-machine') return [];
  const pool = on(input, step.engine).machines.get(step.machine)?.pool;
  const others = (pool === undefined ? undefined : platform.pools.get(pool)) ?? [];
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
