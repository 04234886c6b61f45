/** Aborted at the first Ctrl-C, so that steps that run may end. The second Ctrl-C ends the process. */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => {
    process.stderr.write('\nstopping: steps that run may end; Ctrl-C again stops at once\n');
    controller.abort();
  });
  process.once('SIGTERM', () => {
    controller.abort();
  });
  return controller.signal;
}
