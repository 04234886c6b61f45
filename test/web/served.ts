/**
 * A machine's own nginx and PHP, from the recipes of its roles, in the lab's image: no systemd, no other machine, a
 * network namespace of its own. Started in a second, so that hundreds of questions can be asked of it.
 */
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Platform } from '../../src/blueprint/platform.ts';
import type { MachineName } from '../../src/model/ids.ts';
import { compile } from '../../src/roles/compile.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { createVault } from '../../src/store/vault.ts';
import { openTrial, type Trial } from '../roles/image.ts';
import { sofoot } from '../roles/platforms.ts';

export interface Question {
  readonly method?: string;
  readonly path: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
  /** From which of the machine's own addresses it comes: by default the one on the balancers' network. */
  readonly from?: 'balancer' | 'elsewhere';
  readonly port?: number;
  /** By default until the answer is whole. */
  readonly leavesAfterMs?: number;
}

export interface Answer {
  /** 0: none came. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly tookMs: number;
}

export interface Served {
  ask(question: Question): Promise<Answer>;
  /** What a shell command in the machine printed; its failure is an error. */
  sh(script: string): string;
  close(): Promise<void>;
}

/** `files`: by path on the machine; folders that end in `/` belong to the application. */
export async function serve(
  platform: Platform,
  machine: string,
  files: Readonly<Record<string, string>>,
  /** On which it is asked; by default on its first. */
  network?: string,
): Promise<Served> {
  const folder = join(tmpdir(), `spillway-served-${randomUUID()}`);
  const store = openSqliteStore(join(folder, 'state.sqlite'));
  const vault = createVault(store, 'served');
  const laidOut = platform.machines.find(({ name }) => name === machine)!;
  const asked = laidOut.interfaces.find((one) => one.network === network) ?? laidOut.interfaces[0]!;
  const recipes = compile(platform)
    .recipes.get(machine as MachineName)!
    .filter(({ role }) => ['web', 'php', 'backoffice'].includes(role));
  await vault.prepare(recipes.flatMap((recipe) => recipe.files.map(({ content }) => content)));
  // One image serves all these tests.
  const trial = await openTrial(compile(sofoot()).packages, laidOut);
  trial.lay(recipes, (text) => vault.fill(text));
  for (const path of recipes.flatMap(({ absent }) => absent)) trial.hide(path);
  for (const [path, content] of Object.entries(files)) trial.write(path, content);
  const server = await start(
    trial,
    recipes.some(({ role }) => role === 'php'),
  );
  const client = speak(server.pid, asked.ip);
  return {
    ask: client.ask,
    sh(script) {
      const { status, stdout, stderr } = spawnSync('nsenter', [...into(server.pid), 'sh', '-c', script], {
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`${script} ended with ${status}: ${stdout}${stderr}`);
      return stdout.trim();
    },
    async close() {
      client.close();
      await server.end();
      store.close();
      rmSync(folder, { recursive: true, force: true });
      trial.close();
    },
  };
}

const into = (pid: number) => ['--target', String(pid), '--mount', '--net', '--root', '--wd'];

async function start(trial: Trial, withPhp: boolean) {
  const child = trial.start(
    [
      'mkdir -p /run/php /var/cache/nginx',
      'chown www-data: /var/cache/nginx',
      'set -e',
      ...(withPhp ? ['php-fpm8.2 -t'] : []),
      'nginx -t',
      'set +e',
      ...(withPhp ? ['php-fpm8.2 --nodaemonize --force-stderr &'] : []),
      `nginx -g 'daemon off;' &`,
      ...(withPhp ? ['until [ -S /run/php/spillway.sock ]; do sleep 0.05; done'] : []),
      'until [ -s /run/nginx.pid ]; do sleep 0.05; done',
      'echo "ready"',
      'wait',
    ].join('\n'),
  );
  let said = '';
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('ready')) resolve();
    });
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    void ended.then(() => reject(new Error(`nginx and PHP did not start: ${said}`)));
  });
  await ready;
  // `unshare` forks: the shell in the image is its child.
  const inner = spawnSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' })
    .stdout.trim()
    .split('\n')[0];
  return {
    pid: Number(inner),
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The client is a process of its own, for it lives in the machine's network namespace. */
function speak(pid: number, ip: string) {
  const script = join(import.meta.dirname, 'client.ts');
  const child: ChildProcessWithoutNullStreams = spawn('nsenter', [
    ...['--target', String(pid), '--net'],
    ...[process.execPath, '--max-http-header-size=1000000', script, ip],
  ]);
  const waiting = new Map<number, (answer: Answer) => void>();
  let count = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, answer } = JSON.parse(line) as { id: number; answer: Answer };
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  child.stderr.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  return {
    ask: (question: Question) =>
      new Promise<Answer>((resolve) => {
        waiting.set(++count, resolve);
        child.stdin.write(`${JSON.stringify({ id: count, question })}\n`);
      }),
    close: () => child.kill('SIGKILL'),
  };
}

export const headerOf = ({ headers }: Answer, name: string): string | undefined =>
  headers.find(([one]) => one === name.toLowerCase())?.[1];
