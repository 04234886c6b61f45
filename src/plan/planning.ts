/** What planning looks things up in. */
import type { Platform } from '../blueprint/platform.ts';
import type { MachineFacts } from '../model/facts.ts';
import type { AddressName, EngineName, ImageKey, MachineName, NetworkName, PoolName, StepId } from '../model/ids.ts';
import type { ActualAddress, ActualBake, ActualMachine, ActualNetwork, Inventory } from '../model/inventory.ts';
import type { Step } from '../model/plan.ts';
import type { Compiled } from '../roles/compile.ts';
import type { Compare, Digest } from './compare-role.ts';
import { addressStep, machineStep } from './step-ids.ts';

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
  /** Only these are planned for; all else is left as it is, whatever it is like. */
  readonly only?: ReadonlySet<MachineName>;
  /** Machines that a person wants made anew, though nothing differs. */
  readonly replace?: ReadonlySet<MachineName>;
  /** Machines that were once set up with what exists on them alone or in copies, whether they are there or not. */
  readonly holding?: ReadonlySet<MachineName>;
  /** Pools of which a person wants a new bake, though the last one fits. */
  readonly rebake?: ReadonlySet<PoolName>;
}

export interface Planning extends PlanInput {
  readonly existing: ReadonlyMap<EngineName, Existing>;
  readonly compare: Compare;
  /** Machines of which nobody knows how they are configured: they must be started before they can be looked at. */
  readonly unseen: ReadonlySet<MachineName>;
}

/** What there is on one engine, by name: among thousands of machines nothing is searched for in a list. */
export interface Existing {
  readonly images: readonly ImageKey[];
  readonly networks: ReadonlyMap<NetworkName, ActualNetwork>;
  readonly machines: ReadonlyMap<MachineName, ActualMachine>;
  readonly addresses: ReadonlyMap<AddressName, ActualAddress>;
  readonly bakes: readonly ActualBake[];
  /** Whose addresses they are: the machine's step, by network and IP. */
  readonly holders: ReadonlyMap<string, StepId>;
}

export function existingOn(engines: readonly EngineName[], { inventories }: Actual): Planning['existing'] {
  const byName = <Name, Thing extends { readonly name: Name }>(things: readonly Thing[] = []) =>
    new Map(things.map((thing) => [thing.name, thing]));
  return new Map(
    engines.map((engine): [EngineName, Existing] => {
      const { images = [], bakes = [], networks, machines, addresses } = inventories.get(engine) ?? {};
      const holders = [
        ...(machines ?? []).flatMap(({ name, interfaces }) =>
          interfaces.map((at) => [placeOf(at), machineStep(name)] as const),
        ),
        ...(addresses ?? []).map((at) => [placeOf(at), addressStep(engine, at.name)] as const),
      ];
      return [
        engine,
        {
          ...{ images, bakes },
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

export function on({ existing }: Planning, engine: EngineName): Existing {
  const there = existing.get(engine);
  if (there === undefined) throw new Error(`no engine ${engine}`);
  return there;
}

/** The steps after which nobody else has these places any more. */
export function onceFree(
  input: Planning,
  engine: EngineName,
  places: readonly Parameters<typeof placeOf>[0][],
): StepId[] {
  const { holders } = on(input, engine);
  return places.flatMap((place) => holders.get(placeOf(place)) ?? []);
}

export function enginesOf({ machines }: Platform, { inventories }: Actual): readonly EngineName[] {
  return [...new Set([...machines.map(({ engine }) => engine), ...inventories.keys()])];
}

export function unseenOf({ inventories, facts }: Actual): ReadonlySet<MachineName> {
  const machines = [...inventories.values()].flatMap((inventory) => inventory.machines);
  const unseen = machines.filter(({ name, state }) => state !== 'broken' && facts.get(name)?.reachable !== true);
  return new Set(unseen.map(({ name }) => name));
}

export function isMaking(step: Step): step is Step & { readonly kind: 'create-machine' | 'replace-machine' } {
  return step.kind === 'create-machine' || step.kind === 'replace-machine';
}

export function existingNamed({ existing }: Planning, name: MachineName): ActualMachine | undefined {
  return [...existing.values()].flatMap(({ machines }) => machines.get(name) ?? [])[0];
}
