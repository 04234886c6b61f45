/** Machines over SSH: one session each, opened at the first need and kept. */
import { Client, type ClientChannel } from 'ssh2';
import type { MachineFacts } from '../model/facts.ts';
import { SpillwayError } from '../model/errors.ts';
import type { MachineName, PlatformName } from '../model/ids.ts';
import { changeSubject, type Change } from '../model/plan.ts';
import type { FileSpec, Recipe } from '../model/recipe.ts';
import type { ReleaseSpec } from '../model/release.ts';
import { staleAt } from '../model/term.ts';
import type { Hosts, Output, Reach } from '../ports/host.ts';
import type { Term } from '../ports/term.ts';
import { mark, secretsIn } from '../model/secrets.ts';
import type { Vault } from '../ports/vault.ts';
import { applyScript } from './apply-script.ts';
import { beginGuard, endGuard, takeBackScript } from './guard-script.ts';
import { layThrough, notLaid, refusedRelease } from './lay.ts';
import { checkScript } from './lay-program.ts';
import { quote } from './quote.ts';
import { socketThrough, streamThrough, tcpThrough } from './channels.ts';
import { inspectScript, readInspection } from './inspect-script.ts';
import { sessionLost } from './session-lost.ts';
import { heardIn, hearing } from './term-script.ts';

/** Chosen: a machine in the same lab answers in milliseconds, one on another continent in one second. */
const connectTimeoutMs = 8_000;
/** Chosen: before a machine counts as silent it has this long, whatever keeps its cores busy. */
const patientConnectTimeoutMs = 20_000;
/** Chosen: long enough to copy a large database to a new replica. */
const applyTimeoutMs = 30 * 60_000;
const inspectTimeoutMs = 60_000;

const shell = 'exec sh -s';
/** Chosen: what a run that was cut off still does on a machine, a later one waits for so long. */
const busySeconds = 600;
const busyCode = 75;
/** One run changes a machine at a time. `-o`: what the script starts does not hold the lock. */
const loneShell = `exec flock -o -w ${busySeconds} -E ${busyCode} /run/spillway.lock sh -s`;

/** What the files of releases hold, by their SHA-256. */
type ReadReleased = (sha256: string) => Uint8Array;
const nothingKept: ReadReleased = () => {
  throw new Error('no releases are kept here');
};

export interface HostsSettings {
  /** Without it no release can be brought to a machine. */
  readonly read?: ReadReleased;
  /** Without it machines are told of none, and refuse nobody. */
  readonly term?: Term;
}

export function createHosts(
  vault: Vault,
  platform: PlatformName,
  { read = nothingKept, term }: HostsSettings = {},
): Hosts {
  const sessions = new Map<MachineName, Promise<Client>>();
  /** What was sent to machines and must not come back in a message, with the mark that stands for it. */
  const sent = new Map<string, string>();

  /** `drop`: called when the session is of no use any more. */
  function sessionTo(reach: Reach, readyTimeoutMs = connectTimeoutMs): { client: Promise<Client>; drop: () => void } {
    const { machine } = reach;
    const client = sessions.get(machine) ?? connect(reach, vault, readyTimeoutMs);
    const drop = () => {
      if (sessions.get(machine) === client) sessions.delete(machine);
    };
    if (sessions.get(machine) === undefined) {
      sessions.set(machine, client);
      client.then((session) => session.once('close', drop)).catch(drop);
    }
    return { client, drop };
  }

  async function execute(
    reach: Reach,
    command: string,
    script: string,
    timeoutMs: number,
    readyTimeoutMs = connectTimeoutMs,
  ): Promise<Output> {
    const { client, drop } = sessionTo(reach, readyTimeoutMs);
    return converse(await client, { machine: reach.machine, command, script, timeoutMs, drop });
  }

  /** A session that was kept may have ended since, and a machine with much to do may take its time to let us in. */
  async function patiently(reach: Reach, script: string): Promise<Output> {
    try {
      return await execute(reach, shell, script, inspectTimeoutMs);
    } catch (error) {
      if (!isWorthAnotherTry(error)) throw error;
      return execute(reach, shell, script, inspectTimeoutMs, patientConnectTimeoutMs);
    }
  }

  /** Runs what has to be said under a term; `script` gets the lines with which it begins. */
  async function underTerm(
    reach: Reach,
    command: string,
    script: (term: number | undefined) => string,
    timeoutMs: number,
  ): Promise<Output> {
    const said = term?.();
    const output = await execute(reach, command, script(said), timeoutMs);
    const heard = heardIn(output);
    if (heard !== undefined) throw staleAt(reach.machine, said ?? 0, heard);
    return output;
  }

  function reveal({ content, encoding }: FileSpec): string {
    if (encoding === 'base64') return content;
    for (const secret of secretsIn(content)) sent.set(vault.reveal(secret), mark(secret));
    return Buffer.from(vault.fill(content), 'utf8').toString('base64');
  }

  function withoutSecrets(text: string): string {
    let clean = text;
    for (const [secret, itsMark] of sent) clean = clean.replaceAll(secret, itsMark);
    return clean;
  }

  async function lay(reach: Reach, spec: ReleaseSpec, isChecked: boolean): Promise<void> {
    const { machine } = reach;
    const said = term?.();
    const before = said === undefined ? [] : hearing(said);
    const client = await sessionTo(reach).client;
    count(client, 1);
    const output = await layThrough(client, { machine, spec, before, read }).finally(() => count(client, -1));
    const heard = heardIn(output);
    if (heard !== undefined) throw staleAt(machine, said ?? 0, heard);
    if (output.exitCode !== 0) throw notLaid(machine, spec, output.stderr);
    if (!isChecked || spec.checks.length === 0) return;
    const checked = await execute(reach, shell, checkScript(spec, quote).join('\n'), applyTimeoutMs);
    if (checked.exitCode !== 0) throw refusedRelease(machine, spec, `${checked.stdout}${checked.stderr}`);
  }

  /** What is done around changes, as they are: under the term, and while nobody else changes the machine. */
  async function around(reach: Reach, what: string, lines: readonly string[]): Promise<void> {
    const script = (said: number | undefined) =>
      ['{', 'set -e', 'export LC_ALL=C', 'umask 077', ...(said === undefined ? [] : hearing(said)), ...lines, '}'].join(
        '\n',
      );
    const { stdout, stderr, exitCode } = await underTerm(reach, loneShell, script, applyTimeoutMs);
    if (exitCode === 0) return;
    throw exitCode === busyCode && stdout === ''
      ? busy(platform, reach)
      : failedAround(platform, reach, what, withoutSecrets(stderr));
  }

  return {
    lay,
    beginChange: (reach) => around(reach, 'what it would lose could not be kept', beginGuard),
    takeBack: (reach) => around(reach, 'its change could not be taken back', takeBackScript),
    proven: (reach) => around(reach, 'its change could not be ended', endGuard),
    run: (reach, script, timeoutMs = inspectTimeoutMs) => execute(reach, shell, script, timeoutMs),
    change: (reach, script, timeoutMs = inspectTimeoutMs) =>
      underTerm(reach, shell, (said) => saying(said, script), timeoutMs),
    async hear(reach) {
      const { exitCode, stderr } = await underTerm(reach, shell, (said) => saying(said, 'true'), connectTimeoutMs);
      if (exitCode !== 0) throw deaf(platform, reach, stderr);
      // A process that stood still while it waited may be woken into the term of another.
      term?.();
    },
    async inspect(reach, recipes: readonly Recipe[]): Promise<MachineFacts> {
      try {
        const { stdout } = await patiently(reach, inspectScript(recipes));
        return readInspection(recipes, stdout) ?? { reachable: false, because: 'silent', why: cutOff };
      } catch (error) {
        return unreachableFor(error);
      }
    },
    async apply(reach, role, changes) {
      for (const change of changes) if (change.kind === 'release') await lay(reach, change.spec, change.isChecked);
      const script = (said: number | undefined) => applyScript(role, changes, reveal, said);
      const { stdout, stderr, exitCode } = await underTerm(reach, loneShell, script, applyTimeoutMs);
      if (exitCode === 0 && stdout.endsWith('end\n')) return;
      throw exitCode === busyCode && stdout === ''
        ? busy(platform, reach)
        : failedChange(platform, reach, role, changes, stdout, withoutSecrets(stderr));
    },
    openSocket: (reach, path) => socketThrough(sessionTo(reach).client, reach.machine, path),
    openTcp: (reach, host, port) => tcpThrough(sessionTo(reach).client, reach.machine, { host, port }),
    stream: (reach, script, onLine) => streamThrough(sessionTo(reach).client, reach.machine, script, onLine),
    async shutDown(reach) {
      await underTerm(reach, shell, (said) => saying(said, 'systemctl --no-block poweroff'), connectTimeoutMs);
      this.forget(reach.machine);
    },
    forget(machine) {
      const open = sessions.get(machine);
      sessions.delete(machine);
      // Without a farewell: one that is gone never answers it, and would keep this process alive for minutes.
      open?.then((client) => client.destroy()).catch(() => undefined);
    },
    close() {
      for (const machine of [...sessions.keys()]) this.forget(machine);
    },
  };
}

const saying = (term: number | undefined, words: string) =>
  [...(term === undefined ? [] : hearing(term)), words].join('\n');

const cutOff = 'it stopped in the middle of its answer';

function isWorthAnotherTry(error: unknown): boolean {
  return error instanceof SpillwayError && (error.code === 'session-lost' || error.code === 'connect-timeout');
}

function unreachableFor(error: unknown): MachineFacts {
  const why = error instanceof Error ? error.message : String(error);
  const code = error instanceof SpillwayError ? error.code : undefined;
  if (code === 'host-key-changed' || code === 'key-refused') return { reachable: false, because: 'stranger', why };
  return { reachable: false, because: code === 'no-answer' ? 'stuck' : 'silent', why };
}

function connect({ machine, host, port }: Reach, vault: Vault, readyTimeoutMs: number): Promise<Client> {
  const pinned = publicKeyOf(vault.hostKey(machine).public);
  return new Promise((resolve, reject) => {
    const client = new Client();
    // Each run listens for the end of the session, and any number may run at once.
    client.setMaxListeners(0);
    let mismatch = false;
    client
      .on('ready', () => {
        resolve(client);
      })
      .on('error', (error) => {
        const { level } = error as { level?: string };
        const refused = level === 'client-authentication';
        const late = level === 'client-timeout';
        const message = mismatch ? 'its host key is not the one it was made with' : error.message;
        reject(
          new SpillwayError({
            code: mismatch
              ? 'host-key-changed'
              : refused
                ? 'key-refused'
                : late
                  ? 'connect-timeout'
                  : 'machine-unreachable',
            message: `${machine} cannot be reached over SSH at ${host}:${port}: ${message}`,
            mend: mismatch
              ? 'something else answers at its address; find out what before going on'
              : `see \`spillway status\`; \`spillway up\` mends a machine that died`,
            cause: error,
          }),
        );
      })
      .connect({
        host,
        port,
        username: 'root',
        privateKey: vault.clientKey().private,
        readyTimeout: readyTimeoutMs,
        keepaliveInterval: 5_000,
        keepaliveCountMax: 3,
        algorithms: { serverHostKey: ['ssh-ed25519'] },
        hostVerifier: (key: Buffer) => {
          mismatch = !key.equals(pinned);
          return !mismatch;
        },
      });
  });
}

/** `ssh-ed25519 AAAA… comment`: the middle word is the key. */
function publicKeyOf(line: string): Buffer {
  return Buffer.from(line.split(' ')[1] ?? '', 'base64');
}

interface Exchange {
  readonly machine: MachineName;
  readonly command: string;
  readonly script: string;
  readonly timeoutMs: number;
  /** Called when the session is of no use any more. */
  readonly drop: () => void;
}

/** How many exchanges are under way over a session. */
const underWay = new WeakMap<Client, number>();
const count = (client: Client, change: number) => underWay.set(client, (underWay.get(client) ?? 0) + change);

function converse(client: Client, { machine, command, script, timeoutMs, drop }: Exchange): Promise<Output> {
  return new Promise((resolve, reject) => {
    let channel: ClientChannel | undefined;
    let hasEnded = false;
    count(client, 1);
    const end = (settle: () => void) => {
      if (hasEnded) return;
      hasEnded = true;
      clearTimeout(timer);
      client.off('close', onClose);
      count(client, -1);
      settle();
    };
    const lose = (why: string, cause?: unknown) => {
      end(() => reject(sessionLost(machine, why, cause)));
    };
    const onClose = () => lose('the connection closed');
    const timer = setTimeout(() => {
      end(() => reject(tooSlow(machine, timeoutMs)));
      // A question that was not answered in a second does not end what the same machine has been at for a minute.
      if ((underWay.get(client) ?? 0) > 0) {
        channel?.close();
        return;
      }
      drop();
      client.destroy();
    }, timeoutMs);
    client.once('close', onClose);
    const talk = (error: Error | undefined, stream: ClientChannel) => {
      if (error) {
        lose(error.message, error);
        return;
      }
      channel = stream;
      if (hasEnded) {
        stream.close();
        return;
      }
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      let exitCode = -1;
      stream.on('data', (chunk: Buffer) => stdout.push(chunk));
      stream.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
      stream.on('exit', (code: number | null) => {
        exitCode = code ?? -1;
      });
      stream.on('close', () => {
        end(() =>
          resolve({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), exitCode }),
        );
      });
      stream.end(script);
    };
    try {
      client.exec(command, talk);
    } catch (error) {
      // Between the end of a connection and the event that tells it, ssh2 throws.
      drop();
      lose('the connection closed', error);
    }
  });
}

function tooSlow(machine: MachineName, timeoutMs: number): SpillwayError {
  return new SpillwayError({
    code: 'no-answer',
    message: `${machine} lets us in over SSH, and did not come to an end within ${timeoutMs / 1000} s`,
    mend: 'something on it hangs: a disk, a full memory, a process that waits for another',
  });
}

function busy(platform: PlatformName, { machine }: Reach): SpillwayError {
  return new SpillwayError({
    code: 'machine-busy',
    message: `an earlier run has been at work on ${machine} for ${busySeconds / 60} minutes, and still is`,
    mend: `look at it with \`spillway ssh ${platform} ${machine}\``,
  });
}

function deaf(platform: PlatformName, { machine }: Reach, stderr: string): SpillwayError {
  return new SpillwayError({
    code: 'term-not-kept',
    message: `${machine} cannot keep in mind who may tell it something: ${stderr.trim()}`,
    mend: `see whether its disk is full: spillway ssh ${platform} ${machine} -- df -h`,
  });
}

function failedAround(platform: PlatformName, { machine }: Reach, what: string, stderr: string): SpillwayError {
  return new SpillwayError({
    code: 'change-failed',
    message: `${machine}: ${what}\n${stderr.trim().split('\n').slice(-12).join('\n')}`,
    mend: `look at it with \`spillway ssh ${platform} ${machine}\`, and run \`spillway up\` again: it goes on where it was`,
  });
}

function failedChange(
  platform: PlatformName,
  { machine }: Reach,
  role: string,
  changes: readonly Change[],
  stdout: string,
  stderr: string,
): SpillwayError {
  const last = [...stdout.matchAll(/^begin (\d+)$/gm)].at(-1)?.[1];
  const change = last === undefined ? undefined : changes[Number(last)];
  const what = change === undefined ? 'nothing was begun' : `${change.kind} ${changeSubject(change)} failed`;
  const says = stderr.trim().split('\n').slice(-12).join('\n');
  return new SpillwayError({
    code: 'change-failed',
    message: `${machine}, role ${role}: ${what}${says === '' ? '' : `\n${says}`}`,
    mend: `look at it with \`spillway ssh ${platform} ${machine}\`, and run \`spillway up\` again: it goes on where it was`,
  });
}
