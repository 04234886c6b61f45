/** Runs Spillway as a person would: the command line, in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

export const home = join(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `up` leaves no controller, which would come between a test and what it does; `asAPerson` leaves one. */
export function start(...words: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  return asAPerson(...words, ...(words[0] === 'up' ? ['--no-controller'] : []));
}

export function asAPerson(...words: readonly string[]): ReturnType<typeof start> {
  return startProcess(process.execPath, [join(home, 'src/main.ts'), ...words]);
}

export function spillway(...words: readonly string[]): Promise<Ended> {
  return start(...words).ended;
}

/** The command must end with exit 0; its `--json` output is returned. */
export async function spillwayJson(...words: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await spillway(...words, '--json');
  if (code !== 0) throw new Error(`spillway ${words.join(' ')} ended with ${code}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

export function startProcess(command: string, argv: readonly string[]): ReturnType<typeof start> {
  const child = spawn(command, argv, { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  return { child, ended };
}

/** Output of a command that must succeed. */
export async function output(command: string, ...argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await startProcess(command, argv).ended;
  if (code !== 0) throw new Error(`${command} ${argv.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

/** Brings a platform up from nothing, under a name that is the test's own. */
export async function bringUp(platform: string, which: string): Promise<void> {
  await spillway('down', platform, '--yes');
  const { code, stdout, stderr } = await spillway('up', which, '--as', platform);
  if (code !== 0) throw new Error(`\`up\` of ${platform} ended with ${code}:\n${stdout}${stderr}`);
}

/** Asks until the answer is the wanted one, or says what it was at last. Chosen: 90 s, far beyond what anything here takes on a busy host. */
export async function eventually<Answer>(
  ask: () => Promise<Answer>,
  wanted: (answer: Answer) => boolean,
  withinMs = 90_000,
): Promise<Answer> {
  const untilMs = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > untilMs) throw new Error(`it never became so; at last it was ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
