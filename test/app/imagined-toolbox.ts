/** The use cases' toolbox in an imagined world. What is kept of platforms is kept in a map. */
import { createTenure } from '../../src/app/tenure.ts';
import type { PlatformState, Toolbox } from '../../src/app/toolbox.ts';
import { createFiles } from '../../src/cli/files.ts';
import type { PlatformName } from '../../src/model/ids.ts';
import { imaginedEngine } from '../../src/sim/imagined-engine.ts';
import { imaginedHosts } from '../../src/sim/imagined-hosts.ts';
import { imaginedStore } from '../../src/sim/imagined-store.ts';
import { allWell, createCaller, emptyWorld, type Fates } from '../../src/sim/imagined-world.ts';
import { repository } from '../blueprint/sofoot.ts';
import { digest, vault } from '../plan/imagined.ts';

export function imaginedToolbox({ fates = allWell }: { readonly fates?: Fates } = {}) {
  const world = emptyWorld();
  const caller = createCaller(fates);
  const engine = imaginedEngine(world, caller);
  const kept = new Map<PlatformName, ReturnType<typeof imaginedStore>>();
  let nowMs = 0;

  const stateIn = (platform: PlatformName, store: ReturnType<typeof imaginedStore>): PlatformState => {
    const tenure = createTenure(store);
    return {
      ...{ store, vault, tenure },
      hosts: imaginedHosts(world, platform, caller, tenure.term),
      sshFiles: () => ({ identity: 'identity', knownHosts: 'known_hosts' }),
      close: () => undefined,
    };
  };
  const keep = (platform: PlatformName) => {
    const store = kept.get(platform) ?? imaginedStore();
    kept.set(platform, store);
    return store;
  };
  const toolbox: Toolbox = {
    clock: { now: () => (nowMs += 1000), wall: () => (nowMs += 1000), sleep: async () => undefined },
    engine: () => engine,
    engines: () => [engine],
    visitor: () => Promise.reject(new Error('nobody visits an imagined world')),
    open: (platform) => stateIn(platform, keep(platform)),
    openToLook: (platform) => stateIn(platform, kept.get(platform) ?? imaginedStore()),
    knownPlatforms: () => [...kept.keys()],
    othersKeep: () => false,
    erase: (platform) => void kept.delete(platform),
    files: createFiles(repository),
    background: {
      runs: () => false,
      start: () => undefined,
      stop: () => Promise.resolve(false),
      beat: () => undefined,
    },
    who: () => 'ana@ops',
    self: () => ({ pid: 1, startTicks: '1', host: 'here' }),
    isAlive: () => true,
    kill: () => undefined,
    digest: () => digest,
  };
  return { toolbox, world, kept };
}
