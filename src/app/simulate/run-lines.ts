import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Runs a program and hands on each line that it prints; `said` is what it wrote to standard error. */
export function runLines(
  [program = '', ...args]: readonly string[],
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<{ readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let linesEnded = false;
    let ended = false;
    const settle = () => {
      if (linesEnded && ended) resolve({ said });
    };
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    createInterface({ input: child.stdout })
      .on('line', (line) => {
        try {
          onLine(line);
        } catch (cause) {
          reject(new Error(`a simulation printed a line that is not as it should be: ${line}`, { cause }));
        }
      })
      .on('close', () => {
        linesEnded = true;
        settle();
      });
    child.on('error', reject);
    child.on('close', () => {
      ended = true;
      settle();
    });
  });
}
