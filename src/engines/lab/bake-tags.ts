/** What a bake's folder says of it. */
import { join } from 'node:path';
import type { BakeName, PlatformName, PoolName } from '../../model/ids.ts';
import type { ActualBake } from '../../model/inventory.ts';
import { namesIn, readIfThere } from './files.ts';
import type { Lab } from './names.ts';
import { bakePaths, bakesDir } from './names.ts';

/** No pool's name holds a dot. The time has 13 digits until the year 2286, so that names are in the order of age. */
export const bakeName = (pool: PoolName, madeAtMs: number): BakeName => `${pool}.${madeAtMs}` as BakeName;

export const poolOf = (bake: BakeName): PoolName => bake.slice(0, bake.indexOf('.')) as PoolName;

export type BakeTags = Omit<ActualBake, 'name'>;

/** Those that are complete, the oldest of a pool first. Drafts and half-removed ones begin with a dot. */
export async function keptBakes(lab: Lab, platform: PlatformName): Promise<ActualBake[]> {
  const names = (await namesIn(bakesDir(lab, platform))).filter((name) => !name.startsWith('.')) as BakeName[];
  const bakes = await Promise.all(
    names.map(async (name): Promise<ActualBake[]> => {
      const text = await readIfThere(bakePaths(join(bakesDir(lab, platform), name)).tags);
      return text === undefined ? [] : [{ name, ...(JSON.parse(text) as BakeTags) }];
    }),
  );
  return bakes.flat();
}
