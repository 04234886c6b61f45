/**
 * A balancer's own HAProxy, from the recipe of its role, in the lab's image: no systemd and no other machine. Its
 * machines are stood in for by small servers in the same network namespace, which do as they are told.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll } from 'vitest';
import type { Platform } from '../../src/blueprint/platform.ts';
import type { PoolName } from '../../src/model/ids.ts';
import { compile } from '../../src/roles/compile.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { createVault } from '../../src/store/vault.ts';
import { openTrial } from '../roles/image.ts';
import { sofoot } from '../roles/platforms.ts';

/** How a machine answers: by default 200, at once. `never`: it keeps who asks waiting until it is told to be otherwise. */
export interface Behaviour {
  readonly visits?: number | 'never';
  /** The health page; `/.spillway/alive` is answered while this is not `never`. */
  readonly checks?: number | 'never';
  readonly takesMs?: number;
  /** So many are answered at a time, each for `takesMs`; others wait there. */
  readonly workers?: number;
}

export interface Ran {
  readonly method: string;
  readonly path: string;
  /** Who asked went away before he was answered. */
  left: boolean;
}

export interface Question {
  readonly to: string;
  readonly from?: string;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly leavesAfterMs?: number;
}

export interface Answer {
  /** 0: none came. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly tookMs: number;
}

export type Order =
  | { readonly do: 'machine'; readonly name: string; readonly ip: string; readonly behaviour: Behaviour }
  | { readonly do: 'behave'; readonly name: string; readonly behaviour: Behaviour }
  | { readonly do: 'ran'; readonly name: string }
  | { readonly do: 'ask'; readonly question: Question }
  | { readonly do: 'slowly'; readonly to: string; readonly from: string; readonly count: number }
  | { readonly do: 'load'; readonly to: string; readonly perSecond: number; readonly forMs: number };

/** When it was due, its status (0: none), and how long after that it was answered. */
export type Asked = readonly [dueMs: number, status: number, tookMs: number];

export interface Balanced {
  ask(question: Omit<Question, 'to'>): Promise<Answer>;
  behave(machine: string, behaviour: Behaviour): Promise<void>;
  /** The visits that came to a machine. */
  ran(machine: string): Promise<readonly Ran[]>;
  /** How many of so many visitors with bodies that never end still hold a connection. */
  slowly(from: string, count: number): Promise<number>;
  load(perSecond: number, forMs: number): Promise<readonly Asked[]>;
  /** A command on HAProxy's socket. */
  haproxy(command: string): string;
  sh(script: string): string;
  close(): Promise<void>;
}

/** For a file of tests, or a part of one. */
export function balanced(...of: Parameters<typeof balance>): () => Balanced {
  let one: Balanced;
  beforeAll(async () => {
    one = await balance(...of);
  });
  afterAll(() => one.close());
  return () => one;
}

/** Addresses of visitors, by which they are told apart. */
export const visitors = ['192.0.2.1', '192.0.2.2'] as const;

/** Begins with machines as `behaviours` say, for those that are named; a machine that is undefined there is not there at all. */
export async function balance(
  platform: Platform,
  behaviours: Readonly<Record<string, Behaviour | undefined>> = {},
  change: (conf: string) => string = (conf) => conf,
): Promise<Balanced> {
  const folder = join(tmpdir(), `spillway-balanced-${randomUUID()}`);
  const store = openSqliteStore(join(folder, 'state.sqlite'));
  const vault = createVault(store, 'balanced');
  const balancer = platform.machines.find(({ pool }) => pool === ('front' as PoolName))!;
  const recipes = compile(platform)
    .recipes.get(balancer.name)!
    .filter(({ role }) => role === 'balancer');
  await vault.prepare(recipes.flatMap((recipe) => recipe.files.map(({ content }) => content)));
  // One image serves all these tests.
  const trial = await openTrial(compile(sofoot()).packages, balancer);
  trial.lay(recipes, (text) => change(vault.fill(text)));
  const address = platform.addresses.find(({ pool }) => pool === balancer.pool)!.ip;
  const web = (platform.pools.get('web' as PoolName) ?? []).map(({ name, interfaces }) => ({
    name,
    ip: interfaces[0]!.ip,
  }));
  const child = trial.start(
    [
      ...[address, ...visitors, ...web.map(({ ip }) => ip)].map((ip) => `ip addr add ${ip}/32 dev lo`),
      'mkdir -p /run/haproxy',
      'echo settled',
      'until [ -e /run/begin ]; do sleep 0.05; done',
      `{ ${startHaproxy}; } &`,
      // What is wrong with it, it has said.
      'until [ -S /run/haproxy/admin.sock ]; do kill -0 $! || exit 1; sleep 0.02; done',
      'echo ready',
      'wait',
    ].join('\n'),
  );
  let said = '';
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const says = (word: string) =>
    new Promise<void>((resolve, reject) => {
      const heard = () => said.includes(word) && resolve();
      child.stdout.on('data', heard);
      heard();
      void ended.then(() => reject(new Error(`HAProxy did not start: ${said}`)));
    });
  await says('settled');
  // `unshare` forks: the shell in the image is its child.
  const [inner = ''] = spawnSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' }).stdout.split('\n');
  const world = speak(inner);
  for (const { name, ip } of web) {
    if (name in behaviours && behaviours[name] === undefined) continue;
    await world.order({ do: 'machine', name, ip, behaviour: behaviours[name] ?? {} });
  }
  const sh = (script: string): string => {
    const { status, stdout, stderr } = spawnSync(
      'nsenter',
      ['--target', inner, '--mount', '--net', '--pid', '--root', '--wd', 'sh', '-c', script],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`${script} ended with ${status}: ${stdout}${stderr}`);
    return stdout.trim();
  };
  sh('touch /run/begin');
  await says('ready');
  // Before its first check no machine gets a visitor.
  while (uncheckedIn(sh(`echo 'show stat' | socat -t 5 - UNIX-CONNECT:/run/haproxy/admin.sock`)) > 0)
    await new Promise((wake) => setTimeout(wake, 100));
  return {
    ask: (question) =>
      world.order({
        do: 'ask',
        question: { to: address, ...question, headers: { Host: 'www.shop.test', ...question.headers } },
      }) as Promise<Answer>,
    behave: (name, behaviour) => world.order({ do: 'behave', name, behaviour }) as Promise<void>,
    ran: (name) => world.order({ do: 'ran', name }) as Promise<readonly Ran[]>,
    slowly: (from, count) => world.order({ do: 'slowly', to: address, from, count }) as Promise<number>,
    load: (perSecond, forMs) => world.order({ do: 'load', to: address, perSecond, forMs }) as Promise<readonly Asked[]>,
    haproxy: (command) => sh(`echo '${command}' | socat -t 5 - UNIX-CONNECT:/run/haproxy/admin.sock`),
    sh,
    async close() {
      world.close();
      child.kill('SIGKILL');
      await ended;
      store.close();
      rmSync(folder, { recursive: true, force: true });
      trial.close();
    },
  };
}

/** How many servers have had no check yet, of what HAProxy's `show stat` prints. */
function uncheckedIn(stat: string): number {
  const [heading = [], ...rows] = stat
    .replace(/^# /, '')
    .split('\n')
    .map((row) => row.split(','));
  const at = heading.indexOf('check_status');
  return rows.filter((row) => row[at]?.includes('INI')).length;
}

/** As the unit starts it, with what stands before it there. */
const startHaproxy =
  'cp /etc/haproxy/servers.state /run/haproxy/; haproxy -c -q -f /etc/haproxy/haproxy.cfg && haproxy -W -db -p /run/haproxy.pid -f /etc/haproxy/haproxy.cfg';

/** Visitors and machines are in a process of their own, for it lives in the balancer's network namespace. */
function speak(pid: string) {
  const child = spawn('nsenter', [
    ...['--target', pid, '--net', process.execPath],
    ...['--no-warnings', join(import.meta.dirname, 'inside.ts')],
  ]);
  const waiting = new Map<number, (result: unknown) => void>();
  let count = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, result } = JSON.parse(line) as { id: number; result: unknown };
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  child.stderr.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  return {
    order: (order: Order) =>
      new Promise<unknown>((resolve) => {
        waiting.set(++count, resolve);
        child.stdin.write(`${JSON.stringify({ id: count, order })}\n`);
      }),
    close: () => child.kill('SIGKILL'),
  };
}
