/** How old a reading may be to count. */
import type { Reading } from '../model/observation.ts';

/** Chosen: five readings may be missed before nobody knows how it is. */
export const staleMs = 5_000;

/** The value, unless nobody has measured it lately. */
export function fresh(reading: Reading | undefined, nowMs: number): number | undefined {
  return reading === undefined || nowMs - reading.atMs > staleMs ? undefined : reading.value;
}
