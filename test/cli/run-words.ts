/** Runs a command line as the launcher does, and keeps what it says. */
import { vi } from 'vitest';
import type { Toolbox } from '../../src/app/toolbox.ts';
import { runCli } from '../../src/cli/index.ts';
import { imaginedToolbox } from '../app/imagined-toolbox.ts';

export async function run(words: readonly string[], toolbox: Toolbox = imaginedToolbox().toolbox) {
  const streams = { stdout: process.stdout, stderr: process.stderr };
  const [stdout, stderr] = [streams.stdout, streams.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockReturnValue(true),
  );
  const listeners = process.stdout.listeners('error');
  try {
    const code = await runCli(toolbox, words);
    const text = (spy: typeof stdout) => spy!.mock.calls.map(([said]) => String(said)).join('');
    return { code, stdout: text(stdout), stderr: text(stderr) };
  } finally {
    // Each run listens for a pipe that closes.
    for (const one of process.stdout.listeners('error'))
      if (!listeners.includes(one)) process.stdout.off('error', one as () => void);
    stdout!.mockRestore();
    stderr!.mockRestore();
  }
}
