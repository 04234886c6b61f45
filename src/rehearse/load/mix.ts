/** Which pages are asked for: kinds of page with weights, and what is drawn into each. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { unreachable } from '../../model/errors.ts';
import { arrivals } from './arrivals.ts';
import type { Traffic } from './traffic.ts';

export interface PageKind {
  /** For people: `articles`. */
  readonly what: string;
  /** Its part of all requests, compared with the other weights. */
  readonly weight: number;
  readonly method: 'GET' | 'POST';
  /** One is drawn each time. `{id}` stands for what is drawn for `id`. */
  readonly paths: readonly string[];
  /** What a POST says; `{id}` as in paths. */
  readonly form: Readonly<Record<string, string>>;
  readonly draw: Readonly<Record<string, Draw>>;
  /** So many visitors with a session take turns; each keeps the cookies that it was given. None without. */
  readonly sessions?: number | undefined;
}

export type Draw =
  | { readonly kind: 'one-of'; readonly texts: readonly string[] }
  | {
      readonly kind: 'number';
      readonly from: number;
      readonly to: number;
      /** The highest numbers are the newest, which most visitors want: by Zipf's law, exponent 1. */
      readonly favour: 'none' | 'newest';
    };

export type Mix = readonly PageKind[];

/** What every request bears in `{mark}`: no other of the same load has it, so that a write can be found again. */
export const builtIn = 'mark';

/** `{id}` */
export const placeholder = /\{(\w+)\}/g;

export interface PlannedRequest {
  /** From 0. */
  readonly number: number;
  /** Milliseconds from the start. */
  readonly atMs: number;
  /** Index in the mix. */
  readonly kind: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly session?: number;
  /** Comes on a connection of its own. */
  readonly isNewcomer: boolean;
}

export interface LoadPlan {
  readonly traffic: Traffic;
  readonly mix: Mix;
  /** The part of requests that come on a connection of their own; the others share kept ones. */
  readonly newConnections: number;
  readonly seed: number;
}

/** Every request of a load in the order of time. The same plan always gives the same requests. */
export function* requestsOf({ traffic, mix, newConnections, seed }: LoadPlan): Generator<PlannedRequest, void> {
  // A generator of its own, so that another mix leaves the arrivals as they are.
  const random = xoroshiro128plus(~seed);
  const weights = mix.map(({ weight }) => weight);
  let number = 0;
  for (const atMs of arrivals(traffic, seed)) {
    const isNewcomer = uniformFloat64(random) < newConnections;
    const kind = weightedIndex(weights, uniformFloat64(random));
    const page = mix[kind];
    if (page === undefined) throw new Error('a mix without pages');
    yield { number, atMs, kind, isNewcomer, ...filled(page, random, markOf(seed, number)) };
    number += 1;
  }
}

export function markOf(seed: number, number: number): string {
  return `${(seed >>> 0).toString(36)}-${number}`;
}

/** `part` from 0 to below 1 falls into the stretch of one weight. */
export function weightedIndex(weights: readonly number[], part: number): number {
  let left = part * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => (left -= weight) < 0);
  return index < 0 ? weights.length - 1 : index;
}

function filled(
  page: PageKind,
  random: RandomGenerator,
  mark: string,
): Pick<PlannedRequest, 'method' | 'path' | 'body' | 'session'> {
  const words = new Map([[builtIn, mark]]);
  for (const [name, draw] of Object.entries(page.draw)) words.set(name, drawn(draw, random));
  const fill = (template: string, written: (word: string) => string) =>
    template.replaceAll(placeholder, (_, name: string) => written(words.get(name) ?? ''));
  const path = page.paths[page.paths.length === 1 ? 0 : uniformInt(random, 0, page.paths.length - 1)] ?? '/';
  const fields = Object.entries(page.form).map(([name, template]): [string, string] => [name, fill(template, String)]);
  return {
    method: page.method,
    path: fill(path, encodeURIComponent),
    ...(page.method === 'POST' && { body: new URLSearchParams(fields).toString() }),
    ...(page.sessions !== undefined && { session: uniformInt(random, 0, page.sessions - 1) }),
  };
}

function drawn(draw: Draw, random: RandomGenerator): string {
  switch (draw.kind) {
    case 'one-of':
      return draw.texts[uniformInt(random, 0, draw.texts.length - 1)] ?? '';
    case 'number': {
      const count = draw.to - draw.from + 1;
      if (draw.favour === 'none') return String(draw.from + uniformInt(random, 0, count - 1));
      // The floor of N^u, u even in [0, 1), has nearly the chances 1/rank.
      const rank = Math.floor((count + 1) ** uniformFloat64(random));
      return String(draw.to + 1 - Math.min(rank, count));
    }
    default:
      return unreachable(draw);
  }
}
