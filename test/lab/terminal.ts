/** Runs Spillway at a terminal, as a person does: what is typed goes through it, and Ctrl-C to all that run there. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { home } from './spillway.ts';

const ctrlC = '\u0003';
const cursor = { hidden: '\u001b[?25l', shown: '\u001b[?25h' };

export interface Terminal {
  readonly ctrlC: () => void;
  readonly shows: () => string;
  readonly ended: Promise<{
    readonly code: number | null;
    readonly shows: string;
    readonly cursor: 'shown' | 'hidden';
  }>;
}

export function atTerminal(...words: readonly string[]): Terminal {
  const command = ['stty cols 150 rows 40;', 'exec', process.execPath, join(home, 'src/main.ts'), ...words].join(' ');
  // `script` is in Debian's essential packages, and brings a terminal of its own.
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: home, stdio: ['pipe', 'pipe', 'inherit'] });
  let shows = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (shows += text));
  const ended = new Promise<Awaited<Terminal['ended']>>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const isShown = shows.lastIndexOf(cursor.shown) >= shows.lastIndexOf(cursor.hidden);
      resolve({ code, shows, cursor: isShown ? 'shown' : 'hidden' });
    });
  });
  return { ctrlC: () => child.stdin.write(ctrlC), shows: () => shows, ended };
}
