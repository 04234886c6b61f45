/**
 * When each request is to be sent. Visitors do not know of each other, so theirs
 * is a Poisson process: evenly spaced requests would spare the platform the small
 * crowds that fill its queues in truth.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { piecesOf, type Piece, type Traffic } from './traffic.ts';

/** Milliseconds from the start, never falling; one seed always gives the same. */
export function* arrivals(traffic: Traffic, seed: number): Generator<number, void, undefined> {
  const random = xoroshiro128plus(seed);
  // In a time that runs as fast as requests are expected, the gaps are exponential with mean 1.
  const gap = () => -Math.log(1 - uniformFloat64(random));
  let due = gap();
  for (const piece of piecesOf(traffic)) {
    for (; due < piece.before + piece.expected; due += gap()) yield whenExpected(piece, due - piece.before);
  }
}

/** The instant by which so many requests of a piece are expected. */
function whenExpected({ fromMs, toMs, fromPerSecond, toPerSecond }: Piece, requests: number): number {
  const growth = (toPerSecond - fromPerSecond) / ((toMs - fromMs) / 1000);
  // Solves `fromPerSecond * t + growth * t² / 2 = requests` in the form that holds for no growth, too.
  const root = Math.sqrt(Math.max(0, fromPerSecond ** 2 + 2 * growth * requests));
  return Math.min(toMs, fromMs + (2000 * requests) / (fromPerSecond + root));
}
