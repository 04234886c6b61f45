import { type Found, faultsOf, forgetAll, machineIfThere, machinesAt, machineThere, type Scene } from '../scene.ts';
import type { FaultVerb } from '../verb.ts';

export const freeze: FaultVerb = {
  about:
    'A machine, or all machines of a site, that hang: nothing on them runs, and their networks stay up, so that connections are taken and never answered.',
  example: 'database-1',
  works: 'around',
  says: { began: 'hangs', ended: 'runs on', missed: 'could not be made to hang' },
  on: {
    machine: {
      isImagined: false,
      drawn: { weight: 3, lastsMs: [1_000, 12_000] },
      begin: async (scene, { machine }) => freezeAll(scene, [await machineThere(scene, machine)]),
      async end(scene, { machine }) {
        const found = await machineIfThere(scene, machine);
        if (found !== undefined) await wakeAll(scene, [found]);
      },
    },
    site: {
      isImagined: false,
      drawn: { weight: 1, lastsMs: [1_000, 12_000] },
      begin: async (scene, { site }) => freezeAll(scene, await machinesAt(scene, site)),
      end: async (scene, { site }) => wakeAll(scene, await machinesAt(scene, site)),
    },
  },
};

async function freezeAll({ platform }: Scene, machines: readonly Found[]): Promise<'lasts'> {
  await Promise.all(machines.map(({ engine, actual }) => faultsOf(engine).freeze(platform, actual.name)));
  return 'lasts';
}

async function wakeAll(scene: Scene, machines: readonly Found[]): Promise<void> {
  await Promise.all(machines.map(({ engine, actual }) => faultsOf(engine).wake(scene.platform, actual.name)));
  forgetAll(scene, machines);
}
