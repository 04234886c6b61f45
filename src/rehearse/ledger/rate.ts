/** Acknowledged writes over time, for pictures. */

/** How many were acknowledged in each bin, from `fromMs` on. */
export function countedIn(
  acknowledged: readonly number[],
  { fromMs, toMs, binMs }: { readonly fromMs: number; readonly toMs: number; readonly binMs: number },
): readonly number[] {
  const bins = Array.from({ length: Math.max(0, Math.ceil((toMs - fromMs) / binMs)) }, () => 0);
  for (const atMs of acknowledged) {
    const bin = Math.floor((atMs - fromMs) / binMs);
    const before = bins[bin];
    if (before !== undefined) bins[bin] = before + 1;
  }
  return bins;
}
