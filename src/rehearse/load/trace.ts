/** Recorded traffic as text: a heading, or none; then the number of a bin and the requests in it, a line each. */
import { SpillwayError } from '../../model/errors.ts';

const row = /^(\d+),(\d+)$/;

/** Requests of each bin. `name` is for the error. */
export function readTrace(name: string, text: string): readonly number[] {
  const all = text.trimEnd().split(/\r?\n/);
  const isHeaded = !row.test(all[0] ?? '');
  const lines = isHeaded ? all.slice(1) : all;
  const lineOf = (index: number) => index + (isHeaded ? 2 : 1);
  const rows = lines.map((line, index) => {
    const [, bin, requests] = row.exec(line) ?? [];
    if (bin === undefined) throw unreadable(name, lineOf(index), 'is not like `12,3456`');
    return { bin: Number(bin), requests: Number(requests) };
  });
  const [first] = rows;
  if (first === undefined) throw unreadable(name, 2, 'should be there: the trace has no bins');
  for (const [index, { bin }] of rows.entries()) {
    // What was not recorded is not zero, and what it was nobody knows.
    if (bin !== first.bin + index)
      throw unreadable(name, lineOf(index), `should be bin ${first.bin + index}, and is ${bin}`);
  }
  return rows.map(({ requests }) => requests);
}

function unreadable(name: string, line: number, why: string): SpillwayError {
  return new SpillwayError({
    code: 'trace-unreadable',
    message: `${name}: line ${line} ${why}`,
    mend: 'give it one heading and one line for each bin, with none left out',
    exit: 'wrongInput',
  });
}
