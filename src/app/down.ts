/** Removes a platform: everything that carries its tag, and what was kept of it. */
import { SpillwayError } from '../model/errors.ts';
import type { PlatformName } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Toolbox } from './toolbox.ts';
import { exclusively } from './work.ts';

export interface DownOptions {
  /** Asked when machines would be removed; answers whether to go on. */
  readonly confirm: (machines: readonly string[]) => Promise<boolean>;
  readonly progress: (line: string) => void;
}

/** Needs no blueprint: what to remove is found by its tag. */
export async function down(
  toolbox: Toolbox,
  platform: PlatformName,
  { confirm, progress }: DownOptions,
): Promise<{ machines: number }> {
  const found = await Promise.all(
    toolbox.engines().map(async (engine) => ({ engine, inventory: await engine.list(platform) })),
  );
  const machines = found.flatMap(({ inventory }) => inventory.machines.map(({ name }) => name));
  const known = toolbox.knownPlatforms().includes(platform);
  if (!known && found.every(({ inventory }) => isEmpty(inventory))) {
    throw new SpillwayError({
      code: 'no-platform',
      message: `there is no platform \`${platform}\` here`,
      mend: '`spillway status` lists those that there are',
      exit: 'wrongInput',
    });
  }
  if (machines.length > 0 && !(await confirm(machines))) {
    throw new SpillwayError({
      code: 'not-confirmed',
      message: `${platform} was left as it is: ${machines.length} machines and the data on them would be gone`,
      mend: 'if that is meant, run it again with `--yes`',
      exit: 'refused',
    });
  }
  await holdingLock(toolbox, platform, async () => {
    for (const { engine, inventory } of found) {
      for (const { name } of inventory.machines) progress(`removing ${name}`);
      await Promise.all(inventory.machines.map(({ name }) => engine.removeMachine(platform, name)));
      progress('removing networks and all else that bears its name');
      await engine.clear(platform);
    }
  });
  toolbox.erase(platform);
  return { machines: machines.length };
}

async function holdingLock(toolbox: Toolbox, platform: PlatformName, use: () => Promise<void>): Promise<void> {
  const state = toolbox.open(platform);
  try {
    await exclusively({ toolbox, store: state.store }, `spillway down ${platform}`, use);
  } finally {
    state.close();
  }
}

function isEmpty({ machines, networks, addresses, leftovers }: Inventory): boolean {
  return machines.length + networks.length + addresses.length + leftovers.length === 0;
}
