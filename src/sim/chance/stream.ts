/**
 * Chance, from a seed. Every entity draws from a stream of its own, named after
 * it, so that one machine more does not change what any other one draws.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Stream {
  /** From 0, and below 1. */
  uniform(): number;
  /** Of the normal distribution with mean 0 and deviation 1. */
  normal(): number;
  /** Of the exponential distribution with this mean. */
  exponential(mean: number): number;
  /** How many of something come of which `mean` are expected, when none of them knows of another. */
  poisson(mean: number): number;
  /** Times that machines take: half are below `medianMs`, and one in six is longer than `spread` times that. */
  logNormal(median: number, spread: number): number;
}

/** The same for the same seed and name, on any machine. */
export function streamOf(seed: number, name: string): Stream {
  const generator = xoroshiro128plus(mixed(seed, name));
  const uniform = () => uniformFloat64(generator);
  let kept: number | undefined;
  const normal = () => {
    if (kept !== undefined) {
      const value = kept;
      kept = undefined;
      return value;
    }
    // Marsaglia's polar method: two at a time, without the sine whose last bit differs between machines.
    for (;;) {
      const [one, other] = [2 * uniform() - 1, 2 * uniform() - 1];
      const square = one * one + other * other;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      kept = other * scale;
      return one * scale;
    }
  };
  return {
    uniform,
    normal,
    exponential: (mean) => -mean * Math.log(1 - uniform()),
    poisson: (mean) => (mean < fewAtMost ? few(mean, uniform) : many(mean, normal)),
    logNormal: (median, spread) => median * Math.exp(Math.log(spread) * normal()),
  };
}

/** Chosen: above it, the normal distribution is within a hundredth of a deviation of the Poisson one. */
const fewAtMost = 30;

/** Knuth's: products of uniforms until they are less than the chance of none. */
function few(mean: number, uniform: () => number): number {
  const none = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > none; count++) product *= uniform();
  return Math.max(0, count);
}

function many(mean: number, normal: () => number): number {
  return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
}

/** FNV-1a over the name, begun with the seed; then mixed, for names that differ in their last letter only. */
function mixed(seed: number, name: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
