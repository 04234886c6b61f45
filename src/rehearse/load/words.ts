/** What a load's worker and whoever started it say to each other: lines of JSON. */
import type { Target } from './client.ts';
import type { LoadSecond, LoadTotal } from './load-second.ts';
import type { LoadPlan } from './mix.ts';

/** A whole load. */
export interface Load {
  readonly plan: LoadPlan;
  readonly target: Target;
  /** How long a visitor waits for a whole answer, from the time of the request. */
  readonly timeoutMs: number;
}

/** Worker `index` sends each `of`-th request, so that however many they are, together they send the same. */
export interface Order extends Load {
  readonly worker: { readonly index: number; readonly of: number };
}

export interface Start {
  readonly atEpochMs: number;
}

export type Said =
  { readonly kind: 'ready' } | ({ readonly kind: 'second' } & LoadSecond) | ({ readonly kind: 'total' } & LoadTotal);
