/** What a line of a database's watch says (`PrimaryProcedures.watch`). */
import type { DatabaseState, Following, ToldByDatabase } from '../../model/database-observation.ts';

/** Beside what it told: by what the next line shows whether it heard anything meanwhile. */
export interface Line {
  readonly told: ToldByDatabase;
  readonly heard?: { readonly counts: string; readonly atMs: number };
}

/**
 * `at=12.50 own=1,+0-1-99,+0-1-99,+0 replicas=0 beats=12 host=10.0.0.9 io=Yes sql=Yes read=1234 received=0-1-99`;
 * of one whose last write does not end also `stuck=12`, in seconds;
 * of one that fetches all from time to time also `ago=12`, the seconds since the last fetch began that came to its end,
 * by the machine's own clock, which may be another one;
 * undefined for anything else. Its time is that of its arrival.
 */
export function readTold(line: string, before: Line | undefined, atMs: number): Line | undefined {
  const words = new Map(
    line
      .trim()
      .split(/ +/)
      .map((word) => splitAt(word, '=')),
  );
  if (!words.has('at')) return undefined;
  const [readOnly, written, applied, waits] = (words.get('own') ?? '').split(',+');
  if (readOnly === undefined || waits === undefined) return { told: { atMs }, ...kept(before) };
  const counts = [words.get('beats'), words.get('read'), words.get('received')].join(' ');
  const heard = counts === before?.heard?.counts ? before.heard : { counts, atMs };
  const host = words.get('host');
  // Whole seconds, of which the last one may have begun just now.
  const copiedAtMs = words.has('ago') ? atMs - (Number(words.get('ago')) + 1) * 1_000 : undefined;
  const following: Following | undefined =
    host === undefined
      ? undefined
      : {
          host,
          hears: words.get('io') === 'Yes',
          heardAtMs: copiedAtMs ?? heard.atMs,
          applies: words.get('sql') === 'Yes',
          received: sequenceOf(words.get('received')),
          applied: sequenceOf(applied),
          ...(copiedAtMs !== undefined && { copiedAtMs }),
        };
  const server: DatabaseState = {
    isReadOnly: readOnly === '1',
    written: sequenceOf(written),
    waits: { on: waits === '1', replicas: Number(words.get('replicas') ?? 0) },
    ...(words.has('stuck') && { stuckMs: Number(words.get('stuck')) * 1_000 }),
    ...(following !== undefined && { following }),
  };
  return { told: { atMs, server }, heard };
}

const kept = (before: Line | undefined) => (before?.heard === undefined ? {} : { heard: before.heard });

function splitAt(word: string, mark: string): [string, string] {
  const at = word.indexOf(mark);
  return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + mark.length)];
}

/** Of `0-1-99`, or of several of them, that of the first domain; 0 when nothing was written yet. */
function sequenceOf(position: string | undefined): number {
  const numbers = (position ?? '')
    .split(/[,+]/)
    .map((one) => /^0-\d+-(\d+)$/.exec(one)?.[1])
    .flatMap((text) => (text === undefined ? [] : [Number(text)]));
  return Math.max(0, ...numbers);
}
