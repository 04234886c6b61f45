/** Aborted at the first Ctrl-C, so that steps that run may end. The second Ctrl-C ends the process. */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  // Kept for good: with no listener of ours left, a library's would end the process at once.
  process.on('SIGINT', () => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write('\nstopping: steps that run may end; Ctrl-C again stops at once\n');
    controller.abort();
  });
  process.on('SIGTERM', () => {
    controller.abort();
  });
  return controller.signal;
}
