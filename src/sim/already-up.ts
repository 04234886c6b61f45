/** A world in which a platform is up already, exactly as its plan from nothing would have made it. */
import type { Platform } from '../blueprint/platform.ts';
import { entries } from '../blueprint/records.ts';
import { bakeable, bakingPools, recipesKey } from '../plan/bake-steps.ts';
import { comparer, type Digest } from '../plan/compare-role.ts';
import type { Compiled } from '../roles/compile.ts';
import { baked, imaginedImageKey } from './imagined-engine.ts';
import { applied, booted, newMachine } from './imagined-machine.ts';
import { emptyWorld, nextReach, partOf, type ImaginedWorld } from './imagined-world.ts';

export function worldWith(platform: Platform, compiled: Compiled, digest: Digest): ImaginedWorld {
  const { blueprint, machines, addresses } = platform;
  const world = emptyWorld();
  const part = partOf(world, blueprint.platform);
  const image = imaginedImageKey(compiled.packages);
  world.images.add(image);

  const compare = comparer(digest);
  const sites = entries(blueprint.sites).map(([site]) => site);
  const used = new Set(machines.flatMap(({ interfaces }) => interfaces.map(({ network }) => network)));
  for (const [name, { kind, cidr }] of entries(blueprint.networks)) {
    if (used.has(name)) part.networks.set(name, { name, kind, cidr, sites: sites.toSorted() });
  }
  for (const { name, network, pool, ip } of addresses) {
    const holders = (platform.pools.get(pool) ?? []).map((machine) => machine.name);
    const on = compiled.placements.get(name);
    const spec = { platform: blueprint.platform, name, network, ip, holders, placed: on !== undefined };
    part.addresses.set(name, { ...spec, ...(on !== undefined && { on }) });
  }
  for (const { name, pool, part: kind, site, flavour, hardware, interfaces } of machines) {
    const reach = nextReach(world);
    const actual = { name, pool, part: kind, site, flavour, hardware, image, interfaces, commissioned: true, reach };
    const machine = booted(newMachine({ ...actual, state: 'stopped', isCutOff: false }, compiled.packages));
    const recipes = compiled.recipes.get(name) ?? [];
    part.machines.set(
      name,
      recipes.reduce((so, recipe) => applied(so, recipe.role, compare(recipe, undefined)), machine),
    );
  }
  for (const pool of entries(blueprint.engines).flatMap(([engine]) => bakingPools(blueprint, engine))) {
    const [from] = bakeable({ platform, compiled }, pool);
    const machine = from && part.machines.get(from.name);
    if (from === undefined || machine === undefined) continue;
    const bake = baked(world, { pool, from: from.name, recipes: recipesKey({ compiled, digest }, from) }, machine);
    part.bakes.set(bake.actual.name, bake);
  }
  return world;
}
