import { breakingLinks, faultsOf, forgetAll, machineIfThere, machinesAt, machineThere } from '../scene.ts';
import type { FaultVerb } from '../verb.ts';

export const cut: FaultVerb = {
  about:
    'A machine that loses all its networks, the controller’s too, and runs on. Or a site that loses all others, visitors and the controller, while its machines reach one another.',
  example: 'web-1',
  works: 'around',
  says: {
    began: 'is cut from its networks',
    ended: 'has its networks again',
    missed: 'could not be cut from its networks',
  },
  on: {
    machine: {
      isImagined: true,
      drawn: { weight: 3, lastsMs: [1_000, 12_000] },
      async begin(scene, { machine }) {
        await (await machineThere(scene, machine)).engine.cutOff(scene.platform, machine);
        return 'lasts';
      },
      async end(scene, { machine }) {
        const found = await machineIfThere(scene, machine);
        if (found === undefined) return;
        await found.engine.rejoin(scene.platform, machine);
        forgetAll(scene, [found]);
      },
    },
    site: {
      isImagined: false,
      drawn: { weight: 1, lastsMs: [1_000, 12_000] },
      async begin(scene, { site }) {
        const { platform } = scene;
        await breakingLinks(scene, (faults) => faults.cutLinks(platform, site));
        const machines = await machinesAt(scene, site);
        await Promise.all(machines.map(({ engine, actual }) => faultsOf(engine).hide(platform, actual.name)));
        return 'lasts';
      },
      async end(scene, { site }) {
        const { platform } = scene;
        await breakingLinks(scene, (faults) => faults.mendLinks(platform, site));
        const machines = await machinesAt(scene, site);
        await Promise.all(machines.map(({ engine, actual }) => faultsOf(engine).reveal(platform, actual.name)));
        forgetAll(scene, machines);
      },
    },
  },
};
