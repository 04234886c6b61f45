/**
 * A term numbers those who work on a platform: whoever begins gets a larger one
 * than all before, and what hears from a larger one does nothing for a smaller
 * one any more. Of two that work by mistake, the one that began last is obeyed.
 */
import { SpillwayError } from './errors.ts';

/**
 * The term after `last`. It is the time of day, in milliseconds since 1970, or the next number if that is larger:
 * so it is larger also than one that was taken before from a copy of the store, elsewhere.
 */
export function nextTerm(last: number | undefined, nowMs: number): number {
  return Math.max((last ?? 0) + 1, nowMs);
}

/** `who` heard of a later term. */
export function staleAt(who: string, term: number, heard: number): SpillwayError {
  return stale(`${who} has heard from one that began later, ${asTime(heard)}; this one began ${asTime(term)}`);
}

/** Nothing that it asks is done any more; it can only end. */
export function stale(why: string): SpillwayError {
  return new SpillwayError({
    code: staleCode,
    message: `another process has taken over, and nothing more was done: ${why}`,
    mend: 'let the other one work; if this one is meant, stop the other and start it again: the last to begin is obeyed',
    exit: 'refused',
  });
}

export function isStale(error: unknown): error is SpillwayError {
  return error instanceof SpillwayError && error.code === staleCode;
}

const staleCode = 'stale-controller';

/** Terms are instants but for those that were taken within one millisecond. */
const asTime = (term: number) => new Date(term).toISOString().slice(0, 23).replace('T', ' ');
