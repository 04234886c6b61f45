import { spawn } from 'node:child_process';
import { load } from '../app/load.ts';
import { sshWords } from '../app/ssh.ts';
import { withLook } from '../app/work.ts';
import { exitCodes } from '../model/errors.ts';
import type { CommandCall } from './command.ts';

/** Ends with the exit code of the command on the machine. */
export async function run({ toolbox, operands: [which = '', machine = '', ...command] }: CommandCall): Promise<number> {
  const words = await withLook(toolbox, load(toolbox, which), (work) => sshWords(work, machine, command));
  return new Promise<number>((resolve, reject) => {
    const child = spawn('ssh', words, { stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => {
      resolve(code ?? exitCodes.failed);
    });
  });
}
