/** The clock of the controller's host is set, forward and back: nothing that counts in seconds changes by it. */
import { describe, expect, test } from 'vitest';
import type { MachineName } from '../../../src/model/ids.ts';
import { playFailover } from '../../../src/sim/databases/play.ts';

const hourMs = 3_600_000;
const machines = ['database-1', 'database-2', 'database-3'] as MachineName[];

describe('every decision is the same, at the same instant', () => {
  test.each<[string, readonly { readonly atMs: number; readonly byMs: number }[]]>([
    ['an hour back', [{ atMs: 60_000, byMs: -hourMs }]],
    ['an hour forward', [{ atMs: 60_000, byMs: hourMs }]],
    [
      'to and fro, every twenty seconds',
      Array.from({ length: 20 }, (_, index) => ({ atMs: 20_010 * (index + 1), byMs: index % 2 ? hourMs : -hourMs })),
    ],
  ])('%s', async (_, wallIsSet) => {
    for (const seed of [1, 2, 3, 4]) {
      const told = (sets: typeof wallIsSet) => {
        const lines: string[] = [];
        const onEvent = (atMs: number, says: string) => lines.push(`${atMs} ${says}`);
        // Controllers that begin meanwhile know of the last move by the wall alone; the hold is what they go by.
        const chaos = {
          seed,
          forMs: 8 * 60_000,
          machines,
          holdMs: 60_000,
          spared: new Set(['controller killed'] as const),
        };
        return playFailover({ ...chaos, wallIsSet: sets, onEvent }).then((played) => ({ played, lines }));
      };
      const [plain, set] = [await told([]), await told(wallIsSet)];
      expect(set.lines).toEqual(plain.lines);
      expect(set.played).toEqual(plain.played);
      expect(plain.played.moves).toBeGreaterThan(0);
    }
  });
});

test('one that begins after the clock was set back holds no longer than its hold, and nothing is lost', async () => {
  let moves = 0;
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const wallIsSet = Array.from({ length: 10 }, (_, index) => ({ atMs: 45_010 * (index + 1), byMs: -hourMs }));
    const played = await playFailover({ seed, forMs: 10 * 60_000, machines, wallIsSet });
    expect(played.violations).toEqual([]);
    moves += played.moves;
  }
  expect(moves).toBeGreaterThan(10);
});
