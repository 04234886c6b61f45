/** A series of numbers as a line of blocks. */

const blocks = ' ▁▂▃▄▅▆▇█';

/** Fits the values into so many columns, each the highest of those that share it; `most` is a full block. */
export function sparkline(values: readonly number[], columns: number, most: number): string {
  const fitted = fit(values, columns);
  return fitted
    .map((value) => {
      if (value <= 0 || most <= 0) return blocks[1];
      return blocks[Math.max(1, Math.min(8, Math.ceil((8 * value) / most)))];
    })
    .join('');
}

function fit(values: readonly number[], columns: number): readonly number[] {
  if (values.length <= columns) return values;
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * values.length) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / columns));
    return values.slice(from, to).reduce((most, one) => Math.max(most, one), 0);
  });
}

/** So far of a whole: `━━━━━━╌╌╌╌`. */
export function progressBar(share: number, columns: number): readonly [done: string, left: string] {
  const done = Math.round(Math.min(1, Math.max(0, share)) * columns);
  return ['━'.repeat(done), '╌'.repeat(columns - done)];
}
