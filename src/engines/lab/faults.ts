/** What the lab can break beside machines' power and cables, for it has the whole world of a platform in its hand. */
import { SpillwayError } from '../../model/errors.ts';
import type { MachineName, PlatformName, SiteName } from '../../model/ids.ts';
import type { EngineFaults } from '../../ports/engine.ts';
import { freeze, thaw } from './cgroups.ts';
import { withFabric } from './fabric.ts';
import type { Lab } from './names.ts';
import { cgroupName, fabricNetns } from './names.ts';
import { linksIn } from './netns.ts';
import type { Links } from './plumbing.ts';
import { linkEndsOf, managementPortLines, partedSites, partingLines, siteLinksLines } from './plumbing.ts';
import { runningInit } from './power.ts';
import { ipBatch, run } from './run.ts';

export function labFaults(lab: Lab): EngineFaults {
  const inFabric = (platform: PlatformName, linesFor: (links: Links) => readonly string[]) =>
    withFabric(lab, platform, async () => {
      const fabric = fabricNetns(platform);
      await ipBatch(fabric, linesFor(await linksIn(fabric)));
    });
  return {
    freeze: (platform, machine) => freezeMachine(lab, platform, machine),
    wake: (platform, machine) => thaw(cgroupName(platform, machine)),
    hide: (platform, machine) => inFabric(platform, (links) => managementPortLines(machine, links, 'down')),
    reveal: (platform, machine) => inFabric(platform, (links) => managementPortLines(machine, links, 'up')),
    cutLinks: (platform, site) => inFabric(platform, (links) => siteLinksLines(site, links, 'down')),
    mendLinks: (platform, site) => inFabric(platform, (links) => siteLinksLines(site, links, 'up')),
    part: (platform, sites) =>
      inFabric(platform, (links) => {
        refuseSecondPair(partedSites(links), sites);
        return partingLines(sites, links, 'on');
      }),
    reunite: (platform, sites) => inFabric(platform, (links) => partingLines(sites, links, 'off')),
    slowLinks: (platform, site, bitsPerSecond) => slow(lab, platform, site, bitsPerSecond),
    unslowLinks: (platform, site) => unslow(lab, platform, site),
  };
}

async function freezeMachine(lab: Lab, platform: PlatformName, machine: MachineName): Promise<void> {
  if ((await runningInit(lab, platform, machine, await linksIn(fabricNetns(platform)))) === undefined) {
    throw new SpillwayError({
      code: 'lab-machine-off',
      message: `${machine} does not run, and so cannot hang.`,
      mend: 'Start it first.',
    });
  }
  if (await freeze(cgroupName(platform, machine))) return;
  throw new SpillwayError({
    code: 'lab-no-freezer',
    message: 'This host has no freezer for control groups, so machines cannot be made to hang.',
    mend: 'Mount the hierarchy `freezer` of cgroup v1, or use a host with cgroup v2.',
  });
}

/** Isolated ports do not reach any other one: two pairs would be four sites that lose one another. */
function refuseSecondPair(parted: readonly SiteName[], wanted: readonly SiteName[]): void {
  const others = parted.filter((site) => !wanted.includes(site));
  if (others.length === 0) return;
  throw new SpillwayError({
    code: 'lab-parted',
    message: `${parted.join(' and ')} are parted already, and the lab parts one pair of sites at a time.`,
    mend: 'End that first, or cut a whole site off.',
  });
}

/** Chosen: the queue before a slow link holds a fifth of a second, as that of a home router. */
const queueMs = 200;
/** A packet that is larger than the bucket never passes; 16 kB hold what a network card sends at once. */
const bucketBytes = 16_384;

/** Each end limits what leaves by it, so that both ways are limited. */
async function slow(lab: Lab, platform: PlatformName, site: SiteName, bitsPerSecond: number): Promise<void> {
  // The kernel's clock may tick a hundred times a second, and no more than the bucket passes in a tick.
  const burst = Math.max(bucketBytes, Math.ceil(bitsPerSecond / 8 / 100));
  const limit = `rate ${Math.round(bitsPerSecond)}bit burst ${burst}b latency ${queueMs}ms`;
  await withFabric(lab, platform, async () => {
    const ends = linkEndsOf(site, await linksIn(fabricNetns(platform)));
    await tcBatch(
      platform,
      ends.map((name) => `qdisc replace dev ${name} root tbf ${limit}`),
    );
  });
}

async function unslow(lab: Lab, platform: PlatformName, site: SiteName): Promise<void> {
  await withFabric(lab, platform, async () => {
    const ends = linkEndsOf(site, await linksIn(fabricNetns(platform)));
    // Only what is there can be deleted; what has none is not slow.
    await tcBatch(
      platform,
      ends.flatMap((name) => [`qdisc replace dev ${name} root pfifo`, `qdisc del dev ${name} root`]),
    );
  });
}

async function tcBatch(platform: PlatformName, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  await run(['tc', '-netns', fabricNetns(platform), '-batch', '-'], { input: `${lines.join('\n')}\n` });
}
