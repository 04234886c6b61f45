import { writeSync } from 'node:fs';
import { exitCodes } from '../model/errors.ts';

const showCursor = '\u001b[?25h';

/** Aborted at the first Ctrl-C, so that steps that run may end. The second ends the process at once. */
export function untilInterrupted(onStopping: () => void): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) return;
    controller.abort();
    onStopping();
  };
  // Kept for good: with no listener of ours left, a library's would end the process at once.
  process.on('SIGINT', () => {
    if (controller.signal.aborted) leave();
    stop();
  });
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** Past the stream, which a list of stages may hold, and with the cursor that it hid. */
function leave(): never {
  if (process.stdout.isTTY) writeSync(process.stdout.fd, `${showCursor}\n`);
  process.exit(exitCodes.failed);
}
