import { type Found, forgetAll, machineIfThere, machinesAt, machineThere, type Scene } from '../scene.ts';
import type { FaultVerb } from '../verb.ts';

export const kill: FaultVerb = {
  about:
    'A machine, or all machines of a site, that end at once, as when their power fails. When it is over, those of the base are started again; in the place of one of the overflow another is made. `controller` kills the process that scales: in a rehearsal, which controls by itself, it decides nothing until it is over.',
  example: 'web-1',
  works: 'power',
  says: { began: 'is killed', ended: 'is started again', missed: 'could not be killed' },
  on: {
    machine: {
      isImagined: true,
      isMendedByPlan: true,
      drawn: { weight: 4, lastsMs: [5_000, 15_000] },
      begin: async (scene, { machine }) => cutPower(scene, [await machineThere(scene, machine)]),
      async end(scene, { machine }) {
        const found = await machineIfThere(scene, machine);
        if (found !== undefined) await start(scene, [found]);
      },
    },
    site: {
      isImagined: true,
      isMendedByPlan: true,
      drawn: { weight: 1, lastsMs: [5_000, 15_000] },
      begin: async (scene, { site }) => cutPower(scene, await machinesAt(scene, site)),
      end: async (scene, { site }) => start(scene, await machinesAt(scene, site)),
    },
    controller: {
      isImagined: false,
      drawn: { weight: 2, lastsMs: [2_000, 10_000] },
      async begin({ controller }) {
        await controller.kill();
        return controller.restart === undefined ? 'over' : 'lasts';
      },
      end: async ({ controller }) => controller.restart?.(),
    },
  },
};

async function cutPower({ platform }: Scene, machines: readonly Found[]): Promise<'lasts'> {
  await Promise.all(machines.map(({ engine, actual }) => engine.powerOff(platform, actual.name)));
  return 'lasts';
}

async function start(scene: Scene, machines: readonly Found[]): Promise<void> {
  // In the place of one that comes and goes the controller has made another.
  const base = machines.filter(({ actual }) => actual.part === 'base');
  await Promise.all(base.map(({ engine, actual }) => engine.startMachine(scene.platform, actual.name)));
  forgetAll(scene, machines);
}
