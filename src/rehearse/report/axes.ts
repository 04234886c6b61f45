/** From values to pixels, and where the lines of a grid go. */
export type Scale = (value: number) => number;

export function linear(from: readonly [number, number], to: readonly [number, number]): Scale {
  const [low, high] = from;
  const [start, end] = to;
  return (value) => start + ((value - low) / (high - low || 1)) * (end - start);
}

/** What is below the lowest is shown there: nothing at all has no logarithm. */
export function logarithmic(from: readonly [number, number], to: readonly [number, number]): Scale {
  const straight = linear([Math.log10(from[0]), Math.log10(from[1])], to);
  return (value) => straight(Math.log10(Math.max(from[0], Math.min(from[1], value))));
}

/** Round numbers from 0 up to at least `most`, about so many. */
export function ticks(most: number, about = 5): readonly number[] {
  const rough = Math.max(most, Number.MIN_VALUE) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5].find((one) => one * power >= rough) ?? 10) * power);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}

/** Powers of ten around the values. */
export function powers(least: number, most: number): readonly number[] {
  const from = Math.floor(Math.log10(least));
  const to = Math.max(from + 1, Math.ceil(Math.log10(most)));
  return Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
}

/** Chosen: steps in which clocks are read, in seconds. */
const timeSteps = [
  ...[1, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600],
  ...[2, 6, 12, 24, 48, 168, 720, 2160].map((hours) => hours * 3600),
];

export function timeTicks(fromMs: number, toMs: number, about = 10): readonly number[] {
  const stepMs = 1000 * (timeSteps.find((seconds) => (toMs - fromMs) / 1000 / seconds <= about) ?? 31_536_000);
  const first = Math.ceil(fromMs / stepMs);
  return Array.from({ length: Math.floor(toMs / stepMs) - first + 1 }, (_, index) => (first + index) * stepMs);
}
