import {
  type Found,
  faultsOf,
  forgetAll,
  machineIfThere,
  machinesAt,
  machinesOf,
  machineThere,
  type Scene,
} from '../scene.ts';
import type { FaultVerb } from '../verb.ts';

export const hide: FaultVerb = {
  about:
    'A machine, all machines of a site, or `all`, of which the controller loses sight: its sessions and readings end, and visitors notice nothing.',
  example: 'web-1',
  works: 'around',
  says: {
    began: 'is out of the controller’s sight',
    ended: 'is in sight again',
    missed: 'could not be hidden from the controller',
  },
  on: {
    machine: {
      isImagined: false,
      drawn: { weight: 1, lastsMs: [2_000, 12_000] },
      begin: async (scene, { machine }) => hideAll(scene, [await machineThere(scene, machine)]),
      async end(scene, { machine }) {
        const found = await machineIfThere(scene, machine);
        if (found !== undefined) await revealAll(scene, [found]);
      },
    },
    site: {
      isImagined: false,
      drawn: { weight: 1, lastsMs: [2_000, 12_000] },
      begin: async (scene, { site }) => hideAll(scene, await machinesAt(scene, site)),
      end: async (scene, { site }) => revealAll(scene, await machinesAt(scene, site)),
    },
    all: {
      isImagined: false,
      drawn: { weight: 1, lastsMs: [2_000, 12_000] },
      begin: async (scene) => hideAll(scene, await machinesOf(scene, () => true)),
      end: async (scene) => revealAll(scene, await machinesOf(scene, () => true)),
    },
  },
};

async function hideAll({ platform }: Scene, machines: readonly Found[]): Promise<'lasts'> {
  await Promise.all(machines.map(({ engine, actual }) => faultsOf(engine).hide(platform, actual.name)));
  return 'lasts';
}

async function revealAll(scene: Scene, machines: readonly Found[]): Promise<void> {
  await Promise.all(machines.map(({ engine, actual }) => faultsOf(engine).reveal(scene.platform, actual.name)));
  forgetAll(scene, machines);
}
