/** A pool as small as it can be: machines serve some seconds after they were asked for, and go at once. */
import type { Policy, PolicySettings } from '../../../src/sim/policies/policy.ts';

export const capacity = 100;

export interface Played {
  readonly settings: PolicySettings;
  /** Requests in a second. */
  readonly demand: (second: number) => number;
  /** Machines that serve when it begins. */
  readonly from: number;
  /** Seconds from asked for to serving. */
  readonly startsIn?: number;
  readonly seconds: number;
  /** Of second 0, in milliseconds since 1970. */
  readonly beginsMs?: number;
}

export interface Second {
  readonly second: number;
  readonly demand: number;
  readonly serving: number;
  readonly size: number;
}

/** Second by second. A state may not be changed, so each is frozen before it is handed on. */
export function play<State>(policy: Policy<State>, played: Played): Second[] {
  const { settings, demand, from, startsIn = 0, seconds, beginsMs = 0 } = played;
  let state = frozen(policy.begin(settings));
  let serving = from;
  let starting: number[] = [];
  return Array.from({ length: seconds }, (_, second) => {
    serving += starting.filter((ready) => ready <= second).length;
    starting = starting.filter((ready) => ready > second);
    const sight = { nowMs: beginsMs + second * 1000, demand: demand(second), capacity };
    const looked = policy.look(settings, state, { ...sight, serving, starting: starting.length });
    const seen = { second, demand: sight.demand, serving, size: looked.size };
    state = frozen(looked.state);
    const more = looked.size - serving - starting.length;
    if (more > 0) starting = [...starting, ...Array.from({ length: more }, () => second + startsIn)];
    const fewer = Math.max(0, -more);
    const abandoned = Math.min(fewer, starting.length);
    starting = starting.slice(0, starting.length - abandoned);
    serving -= fewer - abandoned;
    return seen;
  });
}

/** The seconds in which the size became another: [second, size], the first one included. */
export function changes(seconds: readonly Second[]): [second: number, size: number][] {
  return seconds
    .filter(({ size }, index) => index === 0 || seconds[index - 1]!.size !== size)
    .map(({ second, size }) => [second, size]);
}

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}
