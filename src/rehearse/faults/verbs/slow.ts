import { breakingLinks } from '../scene.ts';
import type { FaultVerb } from '../verb.ts';

export const slow: FaultVerb = {
  about: 'A site whose links to all others, and to visitors, carry no more than `to`, each way.',
  example: 'sbg',
  to: { kind: 'bandwidth', about: 'what the link still carries', example: '1Mbit/s' },
  works: 'around',
  says: { began: 'has a slow link', ended: 'has its whole link again', missed: 'could not be slowed' },
  on: {
    site: {
      isImagined: false,
      drawn: { weight: 2, lastsMs: [5_000, 15_000], to: [500_000, 10_000_000] },
      async begin(scene, { site }, bitsPerSecond) {
        await breakingLinks(scene, (faults) => faults.slowLinks(scene.platform, site, bitsPerSecond));
        return 'lasts';
      },
      end: (scene, { site }) => breakingLinks(scene, (faults) => faults.unslowLinks(scene.platform, site)),
    },
  },
};
