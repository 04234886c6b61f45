import { breakingLinks } from '../scene.ts';
import type { FaultVerb } from '../verb.ts';

export const part: FaultVerb = {
  about:
    'Two sites that lose each other, as `rbx/sbg`, while visitors reach both. Or a site that loses its links: its machines reach one another, and nobody else. The controller reaches all of them.',
  example: 'rbx/sbg',
  works: 'around',
  says: { began: 'loses its link', ended: 'has its link again', missed: 'could not lose its link' },
  on: {
    sites: {
      isImagined: false,
      drawn: { weight: 2, lastsMs: [1_000, 12_000] },
      async begin(scene, { sites }) {
        await breakingLinks(scene, (faults) => faults.part(scene.platform, sites));
        return 'lasts';
      },
      end: (scene, { sites }) => breakingLinks(scene, (faults) => faults.reunite(scene.platform, sites)),
    },
    site: {
      isImagined: false,
      drawn: { weight: 1, lastsMs: [1_000, 12_000] },
      async begin(scene, { site }) {
        await breakingLinks(scene, (faults) => faults.cutLinks(scene.platform, site));
        return 'lasts';
      },
      end: (scene, { site }) => breakingLinks(scene, (faults) => faults.mendLinks(scene.platform, site)),
    },
  },
};
