/** A lab of the tests' own beside the real one, with whose images and claims of subnets it works. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LabEngine, LabOptions } from '../../src/engines/lab/index.ts';
import { createLabEngine } from '../../src/engines/lab/index.ts';
import type { FlavourName, MachineName, NetworkName, PlatformName, PoolName, SiteName } from '../../src/model/ids.ts';
import type { ActualMachine } from '../../src/model/inventory.ts';
import type { MachineSpec, NetworkSpec } from '../../src/model/spec.ts';

const execute = promisify(execFile);
const shared = '/var/lib/spillway/lab';

export interface Bench {
  readonly engine: LabEngine;
  readonly options: LabOptions;
  /** A platform of the tests' own, cleared at the end. */
  platform(name: string): PlatformName;
  /** The n-th web machine, on both networks: at site `a` when n is odd, at `b` when even. */
  web(platform: PlatformName, n: number): MachineSpec;
  machine(platform: PlatformName, name: string): Promise<ActualMachine>;
  /** Runs a command on a machine over SSH with its host key pinned; returns what it prints. */
  ssh(platform: PlatformName, name: string, command: string): Promise<string>;
  close(): Promise<void>;
}

export const names = {
  machine: (name: string) => name as MachineName,
  network: (name: string) => name as NetworkName,
};

export function openBench(): Bench {
  const mark = Math.random().toString(36).slice(2, 8);
  const keys = mkdtempSync(join(tmpdir(), 'spillway-keys-'));
  const key = (name: string): { private: string; public: string } => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(keys, name)]);
    return {
      private: readFileSync(join(keys, name), 'utf8'),
      public: readFileSync(join(keys, `${name}.pub`), 'utf8').trim(),
    };
  };
  const [user, host] = [key('user'), key('host')];
  writeFileSync(join(keys, 'known_hosts'), `* ${host.public}\n`);
  const options: LabOptions = {
    root: `/var/lib/spillway-test-${mark}`,
    run: `/run/spillway-test-${mark}`,
    images: join(shared, 'images'),
    claims: join(shared, 'claims'),
  };
  const engine = createLabEngine(options);
  const platforms: PlatformName[] = [];

  const bench: Bench = {
    engine,
    options,
    platform: (name) => {
      const platform = `${name}-${mark}` as PlatformName;
      platforms.push(platform);
      return platform;
    },
    web: (platform, n) => ({
      platform,
      name: `web-${n}` as MachineName,
      pool: 'web' as PoolName,
      part: 'base',
      site: (n % 2 === 1 ? 'a' : 'b') as SiteName,
      flavour: { name: 'small' as FlavourName, cores: 0.08, memoryBytes: 128e6 },
      packages: [],
      interfaces: [
        { network: names.network('public'), ip: `198.18.0.${n + 10}`, prefixLength: 24 },
        { network: names.network('lan'), ip: `10.8.0.${n + 10}`, prefixLength: 24 },
      ],
      authorizedKey: user.public,
      hostKey: host,
    }),
    machine: async (platform, name) => {
      const { machines } = await engine.list(platform);
      const found = machines.find((machine) => machine.name === name);
      if (found === undefined) throw new Error(`no machine ${name} in ${platform}`);
      return found;
    },
    ssh: async (platform, name, command) => {
      const { reach } = await bench.machine(platform, name);
      const files = ['-i', join(keys, 'user'), '-o', `UserKnownHostsFile=${join(keys, 'known_hosts')}`];
      const { stdout } = await execute('ssh', [...files, '-o', 'BatchMode=yes', `root@${reach.host}`, command]);
      return stdout.trim();
    },
    close: async () => {
      for (const platform of platforms) await engine.clear(platform);
      for (const dir of [keys, options.root, options.run]) rmSync(dir ?? '', { recursive: true, force: true });
    },
  };
  return bench;
}

/** Both networks that `web` machines are on, over both sites. */
export function networksFor(platform: PlatformName): NetworkSpec[] {
  const sites = ['a', 'b'] as SiteName[];
  return [
    { platform, name: names.network('public'), kind: 'public', cidr: '198.18.0.0/24', sites },
    { platform, name: names.network('lan'), kind: 'private', cidr: '10.8.0.0/24', sites },
  ];
}

export async function ensureNetworks(engine: LabEngine, platform: PlatformName): Promise<void> {
  for (const network of networksFor(platform)) await engine.ensureNetwork(network);
}

/** A shell that tries to connect: prints `open`, or `closed` after at most a second. */
export const knock = (ip: string, port: number): string =>
  `timeout 1 bash -c '</dev/tcp/${ip}/${port}' 2>/dev/null && echo open || echo closed`;

/** Everything on this host that carries a platform's name, wherever the lab might leave something. */
export function tracesOf(platform: PlatformName, options: LabOptions): string[] {
  const below = (dir: string): string[] => {
    try {
      return readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => join(dir, name));
    } catch {
      return [];
    }
  };
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        // A zombie is dead; when it is reaped is up to the host's first process.
        if (/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return '';
        return `process ${pid} ${readFileSync(`/proc/${pid}/cgroup`, 'utf8').replaceAll('\n', ' ')}`;
      } catch {
        return '';
      }
    });
  const controlGroups = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => / - cgroup2? /.test(line))
    .flatMap((line) => readdirSync(line.split(' ')[4] ?? '').map((name) => `control group ${name}`));
  const aliases = JSON.parse(execFileSync('ip', ['-json', 'link', 'show'], { encoding: 'utf8' })) as {
    ifname: string;
    ifalias?: string;
  }[];
  return [
    ...readFileSync('/proc/self/mountinfo', 'utf8').split('\n'),
    ...below('/run/netns'),
    ...below(options.root ?? ''),
    ...below(options.run ?? ''),
    ...processes,
    ...controlGroups,
    ...aliases.map(({ ifname, ifalias }) => `interface ${ifname} ${ifalias ?? ''}`),
  ].filter((trace) => trace.includes(platform));
}
