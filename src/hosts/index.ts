/** Machines over SSH: one session each, opened at the first need and kept. */
import { Client, type ClientChannel } from 'ssh2';
import type { MachineFacts } from '../model/facts.ts';
import { SpillwayError } from '../model/errors.ts';
import type { MachineName } from '../model/ids.ts';
import { changeSubject, type Change } from '../model/plan.ts';
import type { Recipe } from '../model/recipe.ts';
import type { Hosts, Output, Reach } from '../ports/host.ts';
import type { Vault } from '../ports/vault.ts';
import { applyScript } from './apply-script.ts';
import { inspectScript, readInspection } from './inspect-script.ts';

/** Chosen: a machine in the same lab answers in milliseconds, one on another continent in one second. */
const connectTimeoutMs = 8_000;
/** Chosen: long enough to copy a large database to a new replica. */
const applyTimeoutMs = 30 * 60_000;
const inspectTimeoutMs = 60_000;

export function createHosts(vault: Vault): Hosts {
  const sessions = new Map<MachineName, Promise<Client>>();

  async function session(reach: Reach): Promise<Client> {
    const open = sessions.get(reach.machine);
    if (open !== undefined) return open;
    const opening = connect(reach, vault, () => sessions.delete(reach.machine));
    sessions.set(reach.machine, opening);
    opening.catch(() => sessions.delete(reach.machine));
    return opening;
  }

  async function run(reach: Reach, script: string, timeoutMs = inspectTimeoutMs): Promise<Output> {
    const client = await session(reach);
    return execute(client, reach, script, timeoutMs);
  }

  return {
    run,
    async inspect(reach, recipes: readonly Recipe[]): Promise<MachineFacts> {
      try {
        const { stdout } = await run(reach, inspectScript(recipes));
        return readInspection(recipes, stdout) ?? { reachable: false, why: 'it stopped in the middle of its answer' };
      } catch (error) {
        return { reachable: false, why: error instanceof Error ? error.message : String(error) };
      }
    },
    async apply(reach, role, changes) {
      const script = applyScript(role, changes, ({ content, encoding }) =>
        encoding === 'base64' ? content : Buffer.from(vault.fill(content), 'utf8').toString('base64'),
      );
      const { stdout, stderr, exitCode } = await run(reach, script, applyTimeoutMs);
      if (exitCode === 0 && stdout.trimEnd().endsWith('end')) return;
      throw failedChange(reach, role, changes, stdout, stderr);
    },
    forget(machine) {
      const open = sessions.get(machine);
      sessions.delete(machine);
      open?.then((client) => client.end()).catch(() => undefined);
    },
    close() {
      for (const machine of [...sessions.keys()]) this.forget(machine);
    },
  };
}

function connect({ machine, host, port }: Reach, vault: Vault, closed: () => void): Promise<Client> {
  const pinned = publicKeyOf(vault.hostKey(machine).public);
  return new Promise((resolve, reject) => {
    const client = new Client();
    let mismatch = false;
    client
      .on('ready', () => {
        resolve(client);
      })
      .on('error', (error) => {
        closed();
        const message = mismatch ? 'its host key is not the one it was made with' : error.message;
        reject(
          new SpillwayError({
            code: mismatch ? 'host-key-changed' : 'machine-unreachable',
            message: `${machine} cannot be reached over SSH at ${host}:${port}: ${message}`,
            mend: mismatch
              ? 'something else answers at its address; find out what before going on'
              : `see \`spillway status\`; \`spillway up\` mends a machine that died`,
            cause: error,
          }),
        );
      })
      .on('close', closed)
      .connect({
        host,
        port,
        username: 'root',
        privateKey: vault.clientKey().private,
        readyTimeout: connectTimeoutMs,
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

function execute(client: Client, { machine }: Reach, script: string, timeoutMs: number): Promise<Output> {
  return new Promise((resolve, reject) => {
    const lost = (why: string, cause?: unknown) =>
      new SpillwayError({
        code: 'session-lost',
        message: `the SSH session to ${machine} ended: ${why}`,
        mend: 'run the command again: it goes on where it was',
        cause,
      });
    const timer = setTimeout(() => {
      reject(lost(`no answer within ${timeoutMs / 1000} s`));
      client.end();
    }, timeoutMs);
    const onClose = () => {
      clearTimeout(timer);
      reject(lost('the connection closed'));
    };
    client.once('close', onClose);
    client.exec('exec sh -s', (error: Error | undefined, stream: ClientChannel) => {
      if (error) {
        clearTimeout(timer);
        client.off('close', onClose);
        reject(lost(error.message, error));
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
        clearTimeout(timer);
        client.off('close', onClose);
        resolve({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), exitCode });
      });
      stream.end(script);
    });
  });
}

function failedChange(
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
    mend: `look at it with \`spillway ssh ${machine}\`, and run \`spillway up\` again: it goes on where it was`,
  });
}
