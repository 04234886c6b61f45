/** The one place that chooses real implementations for the ports. */
import { hash } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTenure } from './app/tenure.ts';
import type { PlatformState, Toolbox } from './app/toolbox.ts';
import type { Blueprint } from './blueprint/schema.ts';
import { runCli } from './cli/index.ts';
import { createBackground } from './cli/background.ts';
import { createFiles } from './cli/files.ts';
import { startTicks } from './cli/process-start.ts';
import { createLabEngine } from './engines/lab/index.ts';
import { createHosts } from './hosts/index.ts';
import type { EngineName, PlatformName } from './model/ids.ts';
import type { Clock } from './ports/clock.ts';
import type { Engine } from './ports/engine.ts';
import type { LockHolder, Store } from './ports/store.ts';
import { imaginedStore } from './sim/imagined-store.ts';
import { openSqliteStore } from './store/sqlite.ts';
import { writeSshFiles } from './store/ssh-files.ts';
import { toldOfState } from './store/trouble.ts';
import { clientKeyName, createVault } from './store/vault.ts';
import { inWallTime } from './store/wall-time.ts';

const home = resolve(import.meta.dirname, '..');
/** One place a host and not one a checkout: namespaces and interfaces are the host's too. */
const rootsFolder = '/var/lib/spillway';
const stateFolder = process.getuid?.() === 0 ? rootsFolder : join(ownHome(), '.local/state/spillway');
const platformsFolder = join(stateFolder, 'platforms');

/** A user without a name has no home, and can keep nothing. */
function ownHome(): string {
  try {
    return homedir();
  } catch {
    return '/nonexistent';
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'nobody');
  }
}

function keptBy<Result>(use: () => Result): Result {
  try {
    return use();
  } catch (cause) {
    throw toldOfState(cause, stateFolder);
  }
}

const stateFile = (platform: PlatformName) => join(platformsFolder, platform, 'state.sqlite');

function openPlatform(platform: PlatformName): PlatformState {
  return stateIn(
    platform,
    keptBy(() => openSqliteStore(stateFile(platform))),
  );
}

function openToLook(platform: PlatformName): PlatformState {
  return existsSync(stateFile(platform)) ? openPlatform(platform) : stateIn(platform, imaginedStore());
}

function stateIn(platform: PlatformName, kept: Store): PlatformState {
  const store = inWallTime(kept, clock);
  const folder = join(platformsFolder, platform);
  const vault = createVault(store, platform);
  const tenure = createTenure(store);
  const hosts = createHosts(vault, platform, { read: (sha256) => store.revisions.read(sha256), term: tenure.term });
  return {
    store,
    vault,
    hosts,
    tenure,
    sshFiles(machines) {
      const isKept = store.getSecret(clientKeyName) !== undefined;
      return writeSshFiles(join(folder, 'ssh'), { isKept, key: () => vault.clientKey().private, hosts: machines });
    },
    close() {
      hosts.close();
      store.close();
    },
  };
}

/** `performance.timeOrigin` is the wall's time at which this process began, `performance.now()` the kernel's monotonic time since. */
const clock: Clock = {
  now: () => Math.round(performance.timeOrigin + performance.now()),
  wall: () => Date.now(),
  sleep: (ms) => sleep(ms),
};

const self = { pid: process.pid, startTicks: startTicks(process.pid) ?? '', host: hostname() };

const lab = createLabEngine({ root: join(stateFolder, 'lab') });
const engines: Readonly<Record<Blueprint['engines'][EngineName]['kind'], Engine>> = { lab };

const toolbox: Toolbox = {
  clock,
  engine: ({ kind }) => engines[kind],
  engines: () => Object.values(engines),
  visitor: (platform) => lab.visitor(platform),
  open: openPlatform,
  openToLook,
  knownPlatforms: () =>
    existsSync(platformsFolder) ? keptBy(() => readdirSync(platformsFolder).sort() as PlatformName[]) : [],
  othersKeep: () => stateFolder !== rootsFolder && existsSync(rootsFolder),
  erase: (platform) => {
    rmSync(join(platformsFolder, platform), { recursive: true, force: true });
  },
  files: createFiles(home),
  background: createBackground({ home, folderOf: (platform) => join(platformsFolder, platform), startTicks }),
  who: () => `${process.env.SUDO_USER ?? userName()}@${hostname()}`,
  self: () => self,
  isAlive: (holder: LockHolder) => holder.host === self.host && startTicks(holder.pid) === holder.startTicks,
  kill: ({ pid }) => {
    process.kill(pid, 'SIGKILL');
  },
  digest: (vault) => {
    const known = new Map<string, string>();
    return ({ content, encoding }) => {
      const had = known.get(content);
      if (had !== undefined) return had;
      const bytes = encoding === 'base64' ? Buffer.from(content, 'base64') : vault.fill(content);
      const digest = hash('sha256', bytes, 'hex');
      known.set(content, digest);
      return digest;
    };
  },
};

process.exitCode = await runCli(toolbox, process.argv.slice(2), (error) => toldOfState(error, stateFolder));
