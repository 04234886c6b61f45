/** What goes wrong in an imagined world while nobody looks. */
import type { AddressName, MachineName, NetworkName, PlatformName, SiteName } from '../model/ids.ts';
import { changing, cutOff, unplugged, withoutPower, type ImaginedMachine } from './imagined-machine.ts';
import { linkOf, partOf, type ImaginedWorld } from './imagined-world.ts';

export type Damage =
  | { readonly kind: 'network-vanishes'; readonly network: NetworkName }
  | { readonly kind: 'address-vanishes'; readonly address: AddressName }
  | { readonly kind: 'machine-vanishes'; readonly machine: MachineName }
  /** What is on one side hears nothing of the other. */
  | { readonly kind: 'link-is-cut'; readonly between: readonly [SiteName, SiteName] }
  | { readonly kind: 'link-heals'; readonly between: readonly [SiteName, SiteName] }
  | MachineDamage;

type MachineDamage = { readonly machine: MachineName } &
  /** `change-is-left`: it was changed by a controller that died before it asked whether the machine serves. */
  (
    | { readonly kind: 'machine-dies' | 'machine-is-cut-off' | 'machine-is-mute' | 'machine-breaks' | 'change-is-left' }
    | { readonly kind: 'file-is-edited' | 'file-is-deleted'; readonly path: string }
    | { readonly kind: 'mode-is-changed'; readonly path: string; readonly mode: number }
    | { readonly kind: 'owner-is-changed'; readonly path: string; readonly owner: string }
    | { readonly kind: 'unit-stops' | 'unit-is-disabled'; readonly unit: string }
    /** What the task did does not hold any more. `task` is `role/task`. */
    | { readonly kind: 'task-is-undone'; readonly task: string }
    /** Its image never had the package. */
    | { readonly kind: 'package-is-missing'; readonly package: string }
  );

/** The digest that an edited file has. */
const editedDigest = 'edited-by-hand';

export function damage(world: ImaginedWorld, platform: PlatformName, what: Damage): void {
  const part = partOf(world, platform);
  const { machines, networks, addresses, cutLinks } = part;
  if (what.kind === 'network-vanishes') {
    networks.delete(what.network);
    for (const [name, machine] of machines) machines.set(name, unplugged(machine, what.network));
  } else if (what.kind === 'address-vanishes') {
    addresses.delete(what.address);
  } else if (what.kind === 'link-is-cut') {
    cutLinks.add(linkOf(...what.between));
    part.changes += 1;
  } else if (what.kind === 'link-heals') {
    cutLinks.delete(linkOf(...what.between));
    part.changes += 1;
  } else {
    const machine = machines.get(what.machine);
    if (machine === undefined) throw new Error(`there is no machine ${what.machine} to damage`);
    if (what.kind === 'machine-vanishes') machines.delete(what.machine);
    else machines.set(what.machine, damaged(machine, what));
  }
}

function damaged(machine: ImaginedMachine, what: MachineDamage): ImaginedMachine {
  switch (what.kind) {
    case 'machine-dies':
      return withoutPower(machine);
    case 'machine-is-cut-off':
      return cutOff(machine);
    case 'machine-is-mute':
      return { ...machine, answers: false };
    case 'change-is-left':
      return changing(machine);
    case 'machine-breaks':
      return { ...machine, actual: { ...machine.actual, state: 'broken' } };
    case 'file-is-edited':
      return { ...machine, paths: changed(machine.paths, what.path, { digest: editedDigest }) };
    case 'file-is-deleted':
      return { ...machine, paths: new Map([...machine.paths].filter(([path]) => path !== what.path)) };
    case 'mode-is-changed':
      return { ...machine, paths: changed(machine.paths, what.path, { mode: what.mode }) };
    case 'owner-is-changed':
      return { ...machine, paths: changed(machine.paths, what.path, { owner: what.owner }) };
    case 'unit-stops':
      return { ...machine, units: changed(machine.units, what.unit, { active: false }) };
    case 'unit-is-disabled':
      return { ...machine, units: changed(machine.units, what.unit, { enabled: false }) };
    case 'task-is-undone':
      return { ...machine, tasks: changed(machine.tasks, what.task, { satisfies: undefined }) };
    case 'package-is-missing':
      return { ...machine, packages: new Set([...machine.packages].filter((name) => name !== what.package)) };
  }
}

function changed<Thing>(things: ReadonlyMap<string, Thing>, name: string, to: Partial<Thing>): Map<string, Thing> {
  const thing = things.get(name);
  if (thing === undefined) throw new Error(`there is no ${name} to damage`);
  return new Map([...things, [name, { ...thing, ...to }]]);
}
