/** While others want all of the host's processors. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

export async function busily<Result>(perCore: number, use: () => Promise<Result>): Promise<Result> {
  const count = perCore * availableParallelism();
  const others = Array.from({ length: count }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
  try {
    return await use();
  } finally {
    for (const other of others) other.kill('SIGKILL');
  }
}
