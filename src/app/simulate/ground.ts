/** What follows from a blueprint alone: worked out once, for all seeds that are played on it. */
import { layOut, nothingTaken, type Assets, type Platform } from '../../blueprint/platform.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { InterfaceSpec } from '../../model/spec.ts';
import type { Digest } from '../../plan/compare-role.ts';
import { wanted } from '../../plan/make-plan.ts';
import { compile } from '../../roles/compile.ts';
import { worldWith } from '../../sim/already-up.ts';
import type { ImaginedWorld } from '../../sim/imagined-world.ts';

export interface Ground {
  readonly laidOut: Platform;
  /** In which it is up. To be copied, for others begin there too. */
  readonly world: ImaginedWorld;
  /** The same function; what it said of the same machines it says at once. */
  readonly wanted: typeof wanted;
}

const grounds = new WeakMap<Blueprint, Ground & { readonly assets: Assets; readonly digest: Digest }>();

export function groundOf(blueprint: Blueprint, assets: Assets, digest: Digest): Ground {
  const found = grounds.get(blueprint);
  if (found?.assets === assets && found.digest === digest) return found;
  const laidOut = layOut(blueprint, assets, nothingTaken);
  const world = worldWith(laidOut, compile(laidOut), digest);
  const ground = { laidOut, world, wanted: remembered(blueprint, assets, laidOut), assets, digest };
  grounds.set(blueprint, ground);
  return ground;
}

/**
 * Names and addresses of the overflow are known to all from the beginning, so that what is wanted on a machine is the
 * same whoever else of it is there: it is worked out once, with all of them, as long as all have the addresses that
 * the blueprint gives them.
 */
function remembered(blueprint: Blueprint, assets: Assets, { machines, slots, addresses }: Platform): typeof wanted {
  const given = new Map<string, string>([
    ...[...machines, ...slots].map((machine) => [machine.name, ipsOf(machine)] as const),
    ...addresses.map(({ name, ip }) => [`address ${name}`, ip] as const),
  ]);
  let all: ReturnType<typeof wanted> | undefined;
  const isAsGiven = ({ machines: there, addresses: held }: Inventory) =>
    there.every((machine) => given.get(machine.name) === ipsOf(machine)) &&
    held.every(({ name, ip }) => given.get(`address ${name}`) === ip);
  return (ofBlueprint, ofAssets, inventories, primacies, asked) => {
    const isSame = ofBlueprint === blueprint && ofAssets === assets && primacies.size === 0;
    if (!isSame || ![...inventories.values()].every(isAsGiven))
      return wanted(ofBlueprint, ofAssets, inventories, primacies, asked);
    all ??= wanted(blueprint, assets, new Map(), primacies, new Set(slots.map(({ name }) => name)));
    return all;
  };
}

const ips = new WeakMap<readonly InterfaceSpec[], string>();

/** The same machine has the same list of them wherever it is told of. */
function ipsOf({ interfaces }: { readonly interfaces: readonly InterfaceSpec[] }): string {
  const known = ips.get(interfaces);
  if (known !== undefined) return known;
  const text = interfaces.map(({ network, ip }) => `${network} ${ip}`).join(' ');
  ips.set(interfaces, text);
  return text;
}
