/** The names that a person may mean: for completion, which stays silent about what it cannot know. */
import { layOut, nothingTaken } from '../blueprint/platform.ts';
import { entries } from '../blueprint/records.ts';
import { SpillwayError } from '../model/errors.ts';
import type { PlatformName } from '../model/ids.ts';
import { faultKinds, targetCandidates } from '../rehearse/faults/index.ts';
import { knownTo } from '../rehearse/scenario/names.ts';
import { scalingPools } from './control/pools.ts';
import { load } from './load.ts';
import type { Toolbox } from './toolbox.ts';

/** Of blueprints, and of platforms that are there. */
export async function platformNames(toolbox: Toolbox): Promise<readonly string[]> {
  const there = await Promise.all(toolbox.engines().map((engine) => engine.platforms()));
  return sorted([...toolbox.files.blueprints(), ...toolbox.knownPlatforms(), ...there.flat()]);
}

/** Of a platform's machines: those that its blueprint wants, and those that are there. */
export async function machineNames(toolbox: Toolbox, which: string): Promise<readonly string[]> {
  const platform = which as PlatformName;
  const there = await Promise.all(toolbox.engines().map((engine) => engine.list(platform).catch(() => undefined)));
  const names = there.flatMap((inventory) => inventory?.machines.map(({ name }) => name) ?? []);
  return sorted([...names, ...wantedMachines(toolbox, which)]);
}

/** Of the pools that may be baked. */
export function bakingPoolNames(toolbox: Toolbox, which: string): readonly string[] {
  return ofBlueprint(() =>
    entries(load(toolbox, which).blueprint.pools).flatMap(([pool, { overflow }]) =>
      overflow?.bake === true ? [pool] : [],
    ),
  );
}

/** Of the pools that scale. */
export function poolNames(toolbox: Toolbox, which: string): readonly string[] {
  return ofBlueprint(() => [...scalingPools(load(toolbox, which).blueprint).keys()]);
}

export const faultNames = (): readonly string[] => faultKinds;

/** What could be broken in that way. */
export function faultTargets(toolbox: Toolbox, which: string, verb: string): readonly string[] {
  const kind = faultKinds.find((one) => one === verb);
  return kind === undefined ? [] : ofBlueprint(() => targetCandidates(kind, knownTo(load(toolbox, which).blueprint)));
}

function wantedMachines(toolbox: Toolbox, which: string): readonly string[] {
  return ofBlueprint(() => {
    const { blueprint, assets } = load(toolbox, which);
    return layOut(blueprint, assets, nothingTaken).machines.map(({ name }) => name);
  });
}

/** Of one that is not there, or has mistakes, there are none. */
function ofBlueprint(read: () => readonly string[]): readonly string[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof SpillwayError) return [];
    throw error;
  }
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
