/** The result of `work`, or after so long the failure that `late` makes; the work itself goes on. */
export async function within<Result>(work: Promise<Result>, timeoutMs: number, late: () => Error): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
