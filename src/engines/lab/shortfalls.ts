/** What a host lacks for the lab. Every probe runs in throw-away namespaces and leaves nothing. */
import { access, constants, mkdtemp, mkdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Shortfall } from '../../ports/engine.ts';
import { fabricRules } from './door.ts';
import { hierarchies } from './cgroups.ts';
import { nearestExisting } from './files.ts';
import { run } from './run.ts';

/** Programs that the lab runs, with the Debian package of each. */
const programs: Readonly<Record<string, string>> = {
  runc: 'runc',
  mmdebstrap: 'mmdebstrap',
  'apt-get': 'apt',
  ip: 'iproute2',
  nft: 'nftables',
  sysctl: 'procps',
  setpriv: 'util-linux',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  mount: 'mount',
  umount: 'mount',
  bash: 'bash',
  find: 'findutils',
  tar: 'tar',
};

/** `dir` is where the lab keeps its machines, there or not. */
export async function shortfalls(dir: string): Promise<Shortfall[]> {
  if (process.getuid?.() !== 0) {
    return [{ what: 'The lab needs the rights of root.', mend: 'Run spillway as root, for example with sudo.' }];
  }
  const missing = await missingPrograms();
  if (missing.length > 0) return missing;
  const found = await Promise.all([
    netnsShortfall(),
    bridgeShortfall(),
    nftShortfall(),
    overlayShortfall(dir),
    cgroupShortfall(),
  ]);
  return found.filter((shortfall) => shortfall !== undefined);
}

async function missingPrograms(): Promise<Shortfall[]> {
  const names = Object.keys(programs);
  const there = await Promise.all(names.map(isOnPath));
  return names
    .filter((_, at) => !there[at])
    .map((name) => ({
      what: `The program ${name} is missing.`,
      mend: `apt-get install ${programs[name]}`,
    }));
}

async function isOnPath(program: string): Promise<boolean> {
  const dirs = (process.env['PATH'] ?? '').split(delimiter);
  const there = await Promise.all(
    dirs.map((dir) =>
      access(join(dir, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return there.includes(true);
}

const inNewNetns = ['unshare', '--net', '--'];

async function netnsShortfall(): Promise<Shortfall | undefined> {
  return works(['unshare', '--net', '--', 'true'], {
    what: 'This host makes no network namespaces.',
    mend: 'Run it on a kernel with CONFIG_NET_NS, or in a container with the capability SYS_ADMIN.',
  });
}

async function bridgeShortfall(): Promise<Shortfall | undefined> {
  const lines = [
    'link add name br type bridge stp_state 0',
    'link add name ve0 type veth peer name ve1',
    'link set dev ve0 master br',
    'link set dev ve0 type bridge_slave isolated on',
  ];
  return works(
    [...inNewNetns, 'ip', '-batch', '-'],
    {
      what: 'This host has no bridges or no veth pairs.',
      mend: 'Load the kernel modules: modprobe bridge veth.',
    },
    `${lines.join('\n')}\n`,
  );
}

async function nftShortfall(): Promise<Shortfall | undefined> {
  return works(
    [...inNewNetns, 'nft', '-f', '-'],
    {
      what: 'This host has no nftables with address translation, or none for bridges.',
      mend: 'Load the kernel modules: modprobe nf_tables nft_nat nft_masq.',
    },
    fabricRules([{ front: '192.0.2.1', ip: '192.0.2.2', name: 'probe' }]),
  );
}

/** In the lab's own file system, for an overlay cannot lie on every one. */
async function overlayShortfall(dir: string): Promise<Shortfall | undefined> {
  const home = await mkdtemp(join(await nearestExisting(dir), '.spillway-probe-'));
  try {
    await Promise.all(['lower', 'upper', 'work', 'merged'].map((name) => mkdir(join(home, name))));
    const options = `lowerdir=${home}/lower,upperdir=${home}/upper,workdir=${home}/work`;
    return await works(
      ['unshare', '--mount', '--', 'mount', '-t', 'overlay', 'overlay', '-o', options, `${home}/merged`],
      {
        what: `No overlay can be mounted in ${dir}.`,
        mend: 'Keep the lab on ext4, xfs or btrfs, not on another overlay, and load the kernel module overlay.',
      },
    );
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function cgroupShortfall(): Promise<Shortfall | undefined> {
  const mounts = await hierarchies();
  const writable = await Promise.all(
    mounts.map((mount) =>
      access(mount, constants.W_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (writable.includes(true)) return undefined;
  return {
    what: 'The control groups are not mounted, or only for reading.',
    mend: 'Mount them (mount -t cgroup2 none /sys/fs/cgroup), or give the container that this is its own, writable ones.',
  };
}

async function works(argv: readonly string[], shortfall: Shortfall, input = ''): Promise<Shortfall | undefined> {
  return run(argv, { input }).then(
    () => undefined,
    () => shortfall,
  );
}
