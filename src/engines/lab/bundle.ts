/**
 * A machine as runc sees it: the OCI configuration. Its annotations carry
 * everything that the engine has to know about the machine later, so that the
 * bundle is the only record of it.
 */
import type {
  BakeName,
  FlavourName,
  ImageKey,
  MachineName,
  PlatformName,
  PoolName,
  SiteName,
} from '../../model/ids.ts';
import type { Hardware, InterfaceSpec, MachinePart } from '../../model/spec.ts';
import { cpusFile } from './names.ts';

/** What the annotations hold. */
export interface MachineTags {
  readonly platform: PlatformName;
  readonly machine: MachineName;
  readonly pool: PoolName;
  readonly part: MachinePart;
  readonly site: SiteName;
  readonly flavour: { readonly name: FlavourName } & Hardware;
  readonly image: ImageKey;
  /** Between the image and its own files. */
  readonly bake?: BakeName;
  readonly interfaces: readonly InterfaceSpec[];
  /** Where the controller reaches it. */
  readonly management: { readonly ip: string; readonly prefixLength: number };
}

export type Annotations = Readonly<Record<string, string>>;

export function annotationsOf(tags: MachineTags): Annotations {
  return {
    'spillway.platform': tags.platform,
    'spillway.machine': tags.machine,
    'spillway.pool': tags.pool,
    'spillway.part': tags.part,
    'spillway.site': tags.site,
    'spillway.flavour': tags.flavour.name,
    'spillway.cores': String(tags.flavour.cores),
    'spillway.memory': String(tags.flavour.memoryBytes),
    'spillway.image': tags.image,
    ...(tags.bake !== undefined && { 'spillway.bake': tags.bake }),
    'spillway.interfaces': JSON.stringify(tags.interfaces),
    'spillway.management': `${tags.management.ip}/${tags.management.prefixLength}`,
  };
}

export function tagsOf(annotations: Annotations): MachineTags {
  const read = (key: string): string => {
    const value = annotations[`spillway.${key}`];
    if (value === undefined) throw new Error(`annotation missing: spillway.${key}`);
    return value;
  };
  const [ip = '', prefixLength = ''] = read('management').split('/');
  const bake = annotations['spillway.bake'] as BakeName | undefined;
  return {
    platform: read('platform') as PlatformName,
    machine: read('machine') as MachineName,
    pool: read('pool') as PoolName,
    part: read('part') as MachinePart,
    site: read('site') as SiteName,
    flavour: {
      name: read('flavour') as FlavourName,
      cores: Number(read('cores')),
      memoryBytes: Number(read('memory')),
    },
    image: read('image') as ImageKey,
    ...(bake !== undefined && { bake }),
    interfaces: JSON.parse(read('interfaces')) as InterfaceSpec[],
    management: { ip, prefixLength: Number(prefixLength) },
  };
}

/**
 * A Debian machine's usual rights, less what the host itself has not: runc
 * refuses a capability outside the bounding set. SYS_ADMIN is for systemd,
 * NET_ADMIN for roles that move addresses and filter packets.
 */
const wantedCapabilities = [
  'CHOWN',
  'DAC_OVERRIDE',
  'DAC_READ_SEARCH',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETGID',
  'SETUID',
  'SETPCAP',
  'SETFCAP',
  'NET_BIND_SERVICE',
  'NET_BROADCAST',
  'NET_ADMIN',
  'NET_RAW',
  'IPC_LOCK',
  'IPC_OWNER',
  'SYS_CHROOT',
  'SYS_PTRACE',
  'SYS_ADMIN',
  'SYS_NICE',
  'SYS_RESOURCE',
  'MKNOD',
  'LEASE',
  'AUDIT_WRITE',
].map((name) => `CAP_${name}`);

/** Bits of `CapBnd` in /proc/self/status, by linux/capability.h. */
const capabilityBits = [
  'CHOWN',
  'DAC_OVERRIDE',
  'DAC_READ_SEARCH',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETGID',
  'SETUID',
  'SETPCAP',
  'LINUX_IMMUTABLE',
  'NET_BIND_SERVICE',
  'NET_BROADCAST',
  'NET_ADMIN',
  'NET_RAW',
  'IPC_LOCK',
  'IPC_OWNER',
  'SYS_MODULE',
  'SYS_RAWIO',
  'SYS_CHROOT',
  'SYS_PTRACE',
  'SYS_PACCT',
  'SYS_ADMIN',
  'SYS_BOOT',
  'SYS_NICE',
  'SYS_RESOURCE',
  'SYS_TIME',
  'SYS_TTY_CONFIG',
  'MKNOD',
  'LEASE',
  'AUDIT_WRITE',
  'AUDIT_CONTROL',
  'SETFCAP',
].map((name) => `CAP_${name}`);

/** `boundingSet` is the hexadecimal mask of `CapBnd`. */
export function capabilitiesWithin(boundingSet: string): string[] {
  const mask = BigInt(`0x${boundingSet}`);
  return wantedCapabilities.filter((name) => (mask >> BigInt(capabilityBits.indexOf(name))) & 1n);
}

export function ociConfig(machine: {
  readonly tags: MachineTags;
  readonly capabilities: readonly string[];
  readonly cgroup: string;
  readonly netns: string;
}): object {
  const { tags, capabilities } = machine;
  return {
    ociVersion: '1.0.2',
    hostname: tags.machine,
    annotations: annotationsOf(tags),
    root: { path: 'rootfs', readonly: false },
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      cwd: '/',
      args: ['/lib/systemd/systemd'],
      env: ['container=oci', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
    },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
      {
        destination: '/dev',
        type: 'tmpfs',
        source: 'tmpfs',
        options: ['nosuid', 'strictatime', 'mode=755', 'size=1m'],
      },
      {
        destination: '/dev/pts',
        type: 'devpts',
        source: 'devpts',
        options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
      },
      { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: ['nosuid', 'nodev', 'mode=1777'] },
      { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'noexec', 'nodev'] },
      { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
      // Its software makes as many processes as it has cores, and not as many as the host has.
      {
        destination: '/sys/devices/system/cpu/online',
        type: 'bind',
        source: cpusFile,
        options: ['bind', 'ro', 'nosuid', 'noexec', 'nodev'],
      },
      {
        destination: '/sys/fs/cgroup',
        type: 'cgroup',
        source: 'cgroup',
        options: ['nosuid', 'noexec', 'nodev', 'relatime', 'rw'],
      },
      { destination: '/run', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=755'] },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=1777'] },
    ],
    linux: {
      cgroupsPath: `/${machine.cgroup}`,
      namespaces: [
        { type: 'pid' },
        { type: 'ipc' },
        { type: 'uts' },
        { type: 'mount' },
        { type: 'cgroup' },
        { type: 'network', path: machine.netns },
      ],
      // Otherwise the host's own choice: one with BBR paces answers on these short ways, and 3 % of them take 100 ms.
      // On ways of less than a millisecond Debian's own, cubic, is like reno, which every kernel lets a namespace take.
      sysctl: { 'net.ipv4.tcp_congestion_control': 'reno' },
      devices: [{ path: '/dev/net/tun', type: 'c', major: 10, minor: 200, fileMode: 0o666, uid: 0, gid: 0 }],
      resources: {
        // runc adds the harmless ones (null, zero, urandom, pts) itself.
        devices: [
          { allow: false, access: 'rwm' },
          { allow: true, type: 'c', major: 10, minor: 200, access: 'rwm' },
        ],
        memory: { limit: tags.flavour.memoryBytes },
        cpu: { shares: sharesAtFirst(tags) },
      },
      maskedPaths: [
        '/proc/kcore',
        '/proc/keys',
        '/proc/latency_stats',
        '/proc/timer_list',
        '/proc/sched_debug',
        '/sys/firmware',
      ],
      // /proc/sys/net belongs to the machine; the rest of /proc/sys is the host's own kernel.
      readonlyPaths: [
        '/proc/bus',
        '/proc/irq',
        '/proc/sysrq-trigger',
        '/proc/sys/abi',
        '/proc/sys/dev',
        '/proc/sys/fs',
        '/proc/sys/kernel',
        '/proc/sys/vm',
      ],
    },
  };
}

/** As the kernel writes a list of processors: `0-3`, or `0` for the only one. Part of a core is one. */
export function cpusOnline(cores: number, ofHost: number): string {
  const last = Math.max(1, Math.min(Math.ceil(cores), ofHost)) - 1;
  return last === 0 ? '0\n' : `0-${last}\n`;
}

/**
 * What a machine gets of a host that has no time left: by its cores, as its quota. With equal shares a balancer
 * would wait for the small machines that it feeds.
 */
export function cpuShares(cores: number): number {
  return Math.max(2, Math.round(usualShares * cores));
}

/** Of any other process of the host; what a whole core counts. */
const usualShares = 1024;

/**
 * Until it is commissioned a machine of the base counts as much as any other process of the host: a tenth of that, beside
 * a compiler, would boot for minutes. One of the overflow comes while others serve, and takes nothing from them.
 */
export function sharesAtFirst({ part, flavour }: Pick<MachineTags, 'part' | 'flavour'>): number {
  const own = cpuShares(flavour.cores);
  return part === 'base' ? Math.max(own, usualShares) : own;
}

/** Both in microseconds. */
export interface CpuQuota {
  readonly period: number;
  readonly quota: number;
  /** Of what was left of earlier periods, so much more in one. */
  readonly burst: number;
}

/**
 * Instead of the usual 100 ms: whoever has used all of it waits for the next one. A tenth of a core has 5 ms of it and,
 * with what is left of the last one, 10 ms, in which PHP makes a page without all else of the machine waiting meanwhile
 * (docs/measurements.md).
 */
const periodUsual = 50_000;
/** The kernel refuses a quota of less. */
const quotaMin = 1000;

/** How long a machine of so many cores may compute per period. */
export function cpuQuota(cores: number): CpuQuota {
  const period = Math.max(periodUsual, Math.ceil(quotaMin / cores));
  const quota = Math.max(quotaMin, Math.round(cores * period));
  return { period, quota, burst: quota };
}
