/** Removes a platform: everything that carries its tag, and what was kept of it. */
import { SpillwayError } from '../model/errors.ts';
import type { MachineName, PlatformName } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Engine } from '../ports/engine.ts';
import type { Store } from '../ports/store.ts';
import { underTerm } from '../runtime/under-term.ts';
import { load } from './load.ts';
import type { PlatformState, Toolbox } from './toolbox.ts';
import { takeLock } from './work.ts';

export interface DownOptions {
  /** Asked when machines would be removed; answers whether to go on. */
  readonly confirm: (machines: readonly string[]) => Promise<boolean>;
  readonly progress: (event: DownEvent) => void;
}

export type DownEvent =
  | { readonly kind: 'found'; readonly machines: readonly MachineName[] }
  /** `rest` is networks, addresses, and whatever else bears the platform's name. */
  | { readonly kind: 'began' | 'ended' | 'failed'; readonly what: MachineName | 'rest' };

/** A platform that is there needs no blueprint to be removed. */
export async function platformToRemove(toolbox: Toolbox, which: string): Promise<PlatformName> {
  const there = (await Promise.all(toolbox.engines().map((engine) => engine.platforms()))).flat();
  const known = [...there, ...toolbox.knownPlatforms()].find((name) => name === which);
  if (known !== undefined) return known;
  try {
    return load(toolbox, which).blueprint.platform;
  } catch (error) {
    // What has no blueprint either was most likely a platform's name.
    if (error instanceof SpillwayError && error.code === 'no-blueprint' && !which.includes('/')) throw notThere(which);
    throw error;
  }
}

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
  if (!known && found.every(({ inventory }) => isEmpty(inventory))) throw notThere(platform);
  if (machines.length > 0 && !(await confirm(machines))) {
    throw new SpillwayError({
      code: 'not-confirmed',
      message: `${platform} was left as it is: ${machines.length} machines and the data on them would be gone`,
      mend: 'if that is meant, run it again with `--yes`',
      exit: 'refused',
    });
  }
  await toolbox.background.stop(platform);
  await holdingLock(toolbox, platform, async ({ store, tenure }) => {
    tellOthers(toolbox, store, platform);
    const engines = found.map(({ engine, inventory }) => ({ engine: underTerm(engine, tenure.term), inventory }));
    progress({ kind: 'found', machines });
    const removals = engines.flatMap(({ engine, inventory }) =>
      inventory.machines.map(({ name }) => told(progress, name, () => engine.removeMachine(platform, name))),
    );
    // All of them, so that none is still at work when the lock is given back.
    await Promise.allSettled(removals);
    await Promise.all(removals);
    await told(progress, 'rest', () => clear(engines, platform));
  });
  return { machines: machines.length };
}

async function clear(found: readonly { readonly engine: Engine }[], platform: PlatformName): Promise<void> {
  for (const { engine } of found) await engine.clear(platform);
}

async function told(
  progress: DownOptions['progress'],
  what: MachineName | 'rest',
  remove: () => Promise<void>,
): Promise<void> {
  progress({ kind: 'began', what });
  try {
    await remove();
  } catch (error) {
    progress({ kind: 'failed', what });
    throw error;
  }
  progress({ kind: 'ended', what });
}

/** The lock is kept in what is erased, and goes with it: nobody can come in between. */
async function holdingLock(
  toolbox: Toolbox,
  platform: PlatformName,
  remove: (state: PlatformState) => Promise<void>,
): Promise<void> {
  const state = toolbox.open(platform);
  try {
    const self = takeLock({ ...state, toolbox }, `spillway down ${platform}`);
    await remove(state).catch((error: unknown) => {
      state.store.unlock(self);
      throw error;
    });
  } finally {
    state.close();
  }
  toolbox.erase(platform);
}

/** Whoever keeps the journal open, as a controller does, ends before it is gone. */
function tellOthers({ clock }: Toolbox, store: Store, platform: PlatformName): void {
  const atMs = clock.now();
  const subject = `spillway down ${platform}`;
  store.append({ atMs, run: `down-${atMs}`, kind: 'run-began', subject, reason: 'a person asked', detail: {} });
}

function notThere(platform: string): SpillwayError {
  return new SpillwayError({
    code: 'no-platform',
    message: `there is no platform \`${platform}\` here`,
    mend: '`spillway status` lists those that there are',
    exit: 'wrongInput',
  });
}

function isEmpty({ machines, networks, addresses, bakes, leftovers }: Inventory): boolean {
  return machines.length + networks.length + addresses.length + bakes.length + leftovers.length === 0;
}
