/** The one place that chooses real implementations for the ports. */
import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, mkdirSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Files, PlatformState, Toolbox } from './app/toolbox.ts';
import type { Blueprint } from './blueprint/schema.ts';
import { runCli } from './cli/index.ts';
import { createLabEngine } from './engines/lab/index.ts';
import { createHosts } from './hosts/index.ts';
import { SpillwayError } from './model/errors.ts';
import type { EngineName, PlatformName } from './model/ids.ts';
import type { Engine } from './ports/engine.ts';
import type { LockHolder } from './ports/store.ts';
import { openSqliteStore } from './store/sqlite.ts';
import { createVault } from './store/vault.ts';

const home = resolve(import.meta.dirname, '..');
/** One place a host and not one a checkout: namespaces and interfaces are the host's too. */
const stateFolder = process.getuid?.() === 0 ? '/var/lib/spillway' : join(homedir(), '.local/state/spillway');
const platformsFolder = join(stateFolder, 'platforms');

const files: Files = {
  home,
  exists: existsSync,
  resolve: (...parts) => resolve(...parts),
  shorten(path) {
    const below = relative(process.cwd(), path);
    return below === '' || below.startsWith('..') ? path : below;
  },
  readText(path) {
    return attempt(path, () => {
      const { size } = statSync(path);
      // More than this no blueprint holds; the parser says so from the first characters.
      return size > 50e6 ? ' '.repeat(2e6) : readFileSync(path, 'utf8');
    });
  },
  readFolder: (folder) =>
    attempt(folder, () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map((entry) => {
          const path = join(entry.parentPath, entry.name);
          return { path: relative(folder, path), bytes: readFileSync(path) };
        })
        .sort((one, other) => (one.path < other.path ? -1 : 1)),
    ),
};

function attempt<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new SpillwayError({
      code: 'cannot-read',
      message: `\`${path}\` cannot be read (${why})`,
      mend: 'check the path and its permissions',
      exit: 'wrongInput',
      cause,
    });
  }
}

function openPlatform(platform: PlatformName): PlatformState {
  const folder = join(platformsFolder, platform);
  const store = openSqliteStore(join(folder, 'state.sqlite'));
  const vault = createVault(store, platform);
  const hosts = createHosts(vault);
  return {
    store,
    vault,
    hosts,
    sshFiles(machines) {
      mkdirSync(join(folder, 'ssh'), { recursive: true, mode: 0o700 });
      const identity = join(folder, 'ssh', 'identity');
      const knownHosts = join(folder, 'ssh', 'known_hosts');
      writeFileSync(identity, vault.clientKey().private, { mode: 0o600 });
      writeFileSync(knownHosts, machines.map(({ machine, publicKey }) => `${machine} ${publicKey}\n`).join(''), {
        mode: 0o600,
      });
      return { identity, knownHosts };
    },
    close() {
      hosts.close();
      store.close();
    },
  };
}

/** Start time in ticks since boot: field 22 of /proc/PID/stat, counted after the command's closing parenthesis. */
function startTicks(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19];
  } catch {
    return undefined;
  }
}

const self = { pid: process.pid, startTicks: startTicks(process.pid) ?? '', host: hostname() };

const lab = createLabEngine({ root: join(stateFolder, 'lab') });
const engines: Readonly<Record<Blueprint['engines'][EngineName]['kind'], Engine>> = { lab };

const toolbox: Toolbox = {
  clock: { now: () => Date.now(), sleep: (ms) => sleep(ms) },
  engine: ({ kind }) => engines[kind],
  engines: () => Object.values(engines),
  visitor: (platform) => lab.visitor(platform),
  open: openPlatform,
  knownPlatforms: () => (existsSync(platformsFolder) ? (readdirSync(platformsFolder).sort() as PlatformName[]) : []),
  erase: (platform) => {
    rmSync(join(platformsFolder, platform), { recursive: true, force: true });
  },
  files,
  self: () => self,
  isAlive: (holder: LockHolder) => holder.host === self.host && startTicks(holder.pid) === holder.startTicks,
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

process.exitCode = await runCli(toolbox, process.argv.slice(2));
