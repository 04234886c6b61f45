/** Recorded traffic for the simulator, which bridges what was not recorded; a rehearsal does not. */
import { SpillwayError } from '../../model/errors.ts';
import type { Bin } from './demand.ts';

export interface Recorded {
  readonly bins: readonly Bin[];
  readonly binMs: number;
  /** Bins that are missing between the first and the last. */
  readonly missing: number;
}

/** How long a bin is, as its column's name begins. */
const lengths = [
  ['second', 1_000],
  ['minute', 60_000],
  ['hour', 3_600_000],
] as const;

const row = /^\s*(\d+)\s*,\s*(\d+(?:\.\d+)?)\s*$/;

/** Chosen: more than a year of seconds is kept in a third of a gigabyte, and played in minutes. */
const longestMs = 400 * 86_400_000;
/** Chosen: as much as a rate may be anywhere else. */
const mostPerSecond = 1e9;

/**
 * A heading, then the number of a bin and the requests in it: `minute,requests`, `0,42`. `binMs` is how long a bin
 * is; by default as the heading says, and then no heading is needed. `name` is for errors.
 */
export function readBins(name: string, text: string, binMs?: number): Recorded {
  const all = text.trimEnd().split(/\r?\n/);
  const [heading = ''] = all;
  // A heading names its columns; two numbers are a bin.
  const isHeaded = !row.test(heading);
  const lines = isHeaded ? all.slice(1) : all;
  const lineOf = (index: number) => index + (isHeaded ? 2 : 1);
  const column = isHeaded ? heading.trim().toLowerCase() : '';
  const length = binMs ?? lengths.find(([unit]) => column.startsWith(unit))?.[1];
  if (length === undefined)
    throw unreadable(name, 1, 'does not say how long a bin is', 'say it with `--bin`, for example `--bin 60s`');
  let missing = 0;
  let first: number | undefined;
  let last: number | undefined;
  const bins = lines.map((line, index): Bin => {
    const [, number = '', requests = ''] = row.exec(line) ?? [];
    if (number === '') throw unreadable(name, lineOf(index), 'is not like `12,3456`');
    const bin = Number(number);
    if (last !== undefined && bin <= last)
      throw unreadable(name, lineOf(index), `comes after bin ${last}, and is ${bin}`);
    if (Number(requests) > (mostPerSecond * length) / 1000)
      throw unreadable(name, lineOf(index), `has more than ${mostPerSecond} requests/s`);
    first ??= bin;
    if ((bin + 1 - first) * length > longestMs)
      throw unreadable(name, lineOf(index), 'is more than 400 days after the first bin', 'play a part of it');
    missing += last === undefined ? 0 : bin - last - 1;
    last = bin;
    return { atMs: bin * length, requests: Number(requests) };
  });
  if (bins.length === 0) throw unreadable(name, 2, 'should be there: the trace has no bins');
  return { bins, binMs: length, missing };
}

function unreadable(
  name: string,
  line: number,
  why: string,
  mend = 'give it one heading and one line for each bin, in their order',
) {
  return new SpillwayError({
    code: 'trace-unreadable',
    message: `${name}: line ${line} ${why}`,
    mend,
    exit: 'wrongInput',
  });
}
