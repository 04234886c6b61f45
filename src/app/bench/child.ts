/** Other programs, run to be measured. */
import { spawn } from 'node:child_process';
import { SpillwayError } from '../../model/errors.ts';

/** Resolves with what it printed; throws when it ends with another code than 0. */
export function runProgram(argv: readonly string[], cwd?: string): Promise<string> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(stdout);
      else reject(failed(argv, `${stdout}${stderr}`));
    });
  });
}

function failed(argv: readonly string[], said: string): SpillwayError {
  return new SpillwayError({
    code: 'bench-program-failed',
    message: `\`${argv.join(' ')}\` failed:\n${said.trim().split('\n').slice(-12).join('\n')}`,
    mend: 'run it by hand to see why; the measurement was given up',
  });
}
