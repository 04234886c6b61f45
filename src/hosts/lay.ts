/** Brings a release to a machine over its session: what the machine lacks, and nothing that it has. */
import type { Client, ClientChannel } from 'ssh2';
import { SpillwayError } from '../model/errors.ts';
import type { MachineName } from '../model/ids.ts';
import type { ReleaseFile, ReleaseSpec } from '../model/release.ts';
import type { Output } from '../ports/host.ts';
import { lackingIn, layOrder, layProgram } from './lay-program.ts';
import { quote } from './quote.ts';
import { sessionLost } from './session-lost.ts';

/** Chosen: a release of a gigabyte over a slow line. A machine that takes nothing for so long hangs. */
const silenceMs = 120_000;

export interface Laying {
  readonly machine: MachineName;
  readonly spec: ReleaseSpec;
  /** Lines of shell that stand before the program. */
  readonly before: readonly string[];
  readonly read: (sha256: string) => Uint8Array;
}

/** Resolves once the release lies there; with what the machine printed, when it refused or failed. */
export function layThrough(client: Client, { machine, spec, before, read }: Laying): Promise<Output> {
  const script = [
    ...before,
    `mkdir -p ${quote(spec.folder)}`,
    `exec perl -e ${quote(layProgram)} ${[spec.folder, spec.release.id, spec.path].map(quote).join(' ')}`,
  ];
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    let exitCode = -1;
    const lose = () => reject(sessionLost(machine, 'the connection closed', undefined));
    client.once('close', lose);
    const talk = (error: Error | undefined, channel: ClientChannel) => {
      if (error !== undefined) {
        client.off('close', lose);
        reject(sessionLost(machine, error.message, error));
        return;
      }
      let quiet = setTimeout(() => channel.close(), silenceMs);
      const heard = () => {
        clearTimeout(quiet);
        quiet = setTimeout(() => channel.close(), silenceMs);
      };
      let answered = false;
      channel.setEncoding('utf8');
      channel.on('data', (text: string) => {
        heard();
        stdout += text;
        const end = stdout.indexOf('\n');
        if (answered || end < 0) return;
        answered = true;
        if (!stdout.startsWith('wants')) return;
        const lacking = lackingIn(stdout.slice(0, end), spec) ?? [];
        sendFiles(channel, lacking, read, heard).catch((cause: unknown) => {
          channel.close();
          reject(cause instanceof Error ? cause : new Error(String(cause)));
        });
      });
      channel.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
      channel.on('exit', (code: number | null) => (exitCode = code ?? -1));
      channel.on('close', () => {
        clearTimeout(quiet);
        client.off('close', lose);
        resolve({ stdout, stderr, exitCode });
      });
      channel.write(layOrder(spec));
    };
    try {
      client.exec(`exec sh -c ${quote(script.join('\n'))}`, talk);
    } catch (cause) {
      // Between the end of a connection and the event that tells it, ssh2 throws.
      client.off('close', lose);
      reject(sessionLost(machine, 'the connection closed', cause));
    }
  });
}

/** One file after the other, no faster than the machine takes them: none but the one on its way is held in memory. */
async function sendFiles(
  channel: ClientChannel,
  files: readonly ReleaseFile[],
  read: Laying['read'],
  onSent: () => void,
): Promise<void> {
  for (const { sha256, bytes, path } of files) {
    const held = read(sha256);
    if (held.byteLength !== bytes) throw new Error(`${path} has ${held.byteLength} bytes, and was kept as ${bytes}`);
    await written(channel, Buffer.concat([Buffer.from(`${bytes}\0`), held]));
    onSent();
  }
  channel.end();
}

function written(channel: ClientChannel, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const lose = () => reject(new Error('the channel closed'));
    channel.once('close', lose);
    channel.write(bytes, (error) => {
      channel.off('close', lose);
      if (error) reject(error);
      else resolve();
    });
  });
}

export function refusedRelease(machine: MachineName, { content, release }: ReleaseSpec, says: string): SpillwayError {
  const lines = says.trim().split('\n').slice(-12).join('\n');
  return new SpillwayError({
    code: 'release-refused',
    message: `release ${release.id} of \`${content}\` was not used on ${machine}: it does not pass its checks\n${lines}`,
    mend: 'mend the file that is named; nothing was changed on any machine',
  });
}

export function notLaid(machine: MachineName, { content, release }: ReleaseSpec, says: string): SpillwayError {
  const lines = says.trim().split('\n').slice(-12).join('\n');
  return new SpillwayError({
    code: 'release-not-laid',
    message: `release ${release.id} of \`${content}\` could not be brought to ${machine}${lines === '' ? '' : `\n${lines}`}`,
    mend: `see whether the machine’s disk is full or fails; \`spillway up\` goes on where it was`,
  });
}
