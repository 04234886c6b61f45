/** Chaos on imagined databases: what must hold holds, and each mistake made on purpose is noticed. */
import { describe, expect, test } from 'vitest';
import type { MachineName } from '../../../src/model/ids.ts';
import type { FailoverHands } from '../../../src/runtime/failover/drive-failover.ts';
import type { ImaginedDatabases } from '../../../src/sim/databases/imagined-databases.ts';
import { playFailover } from '../../../src/sim/databases/play.ts';

const forMs = 10 * 60_000;
const machines = ['database-1', 'database-2', 'database-3'] as MachineName[];
const play = (seed: number, more: Partial<Parameters<typeof playFailover>[0]> = {}) =>
  playFailover({ seed, forMs, machines: machines.slice(0, 2 + (seed % 2)), ...more });

describe('nothing is broken', () => {
  test.each(Array.from({ length: 12 }, (_, index) => index + 1))('seed %i', async (seed) => {
    const { violations, acknowledged } = await play(seed);
    expect(violations).toEqual([]);
    expect(acknowledged).toBeGreaterThan(5_000);
  });

  test.each([
    [14, 'a machine was started again while its place was taken: the start ended after the fence'],
    [28, 'a rebuild that failed once was never tried again'],
    [40, 'a controller that was killed left an old primary that followed nobody'],
    [46, 'a person started the old primary in the midst of a move'],
    [84, 'as 28, while the primary itself was down'],
    [278, 'as 28, between two tries'],
    [888, 'of a planned move the successor died, and the resting primary was started again and wrote on'],
  ])('seed %i: %s', async (seed) => {
    expect((await play(seed)).violations).toEqual([]);
  });

  test('it does happen: primaries change hands, and are refused a successor', async () => {
    const all = await Promise.all([1, 2, 3, 4].map((seed) => play(seed)));
    expect(all.reduce((sum, { moves }) => sum + moves, 0)).toBeGreaterThan(10);
    expect(all.reduce((sum, { refusals }) => sum + refusals, 0)).toBeGreaterThan(0);
  });
});

describe('what is broken on purpose is noticed', () => {
  const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
  test.each<[string, string, (hands: FailoverHands, world: ImaginedDatabases) => Partial<FailoverHands>]>([
    [
      'a promotion throws away what was received and not applied',
      'no acknowledged write is lost',
      (hands, { servers }) => ({
        promote(machine, waits) {
          servers.get(machine)?.log.splice(-3);
          return hands.promote(machine, waits);
        },
      }),
    ],
    [
      'a primary goes on alone, and its replica still counts as in sync',
      'no acknowledged write is lost',
      (hands) => ({
        keep(primacy) {
          const others = hands.primacy().inSync;
          hands.keep(
            primacy.inSync.length === 0 && primacy.move === undefined ? { ...primacy, inSync: others } : primacy,
          );
        },
      }),
    ],
    [
      'nobody is fenced, and who waits for nobody counts as in sync',
      'no two writers',
      (hands, { servers }) => {
        for (const server of servers.values()) {
          Object.defineProperty(server, 'waits', { get: () => false, set: () => undefined, configurable: true });
        }
        const others = hands.primacy().inSync;
        return {
          fence: async () => undefined,
          keep: (primacy) => hands.keep({ ...primacy, inSync: primacy.inSync.length > 0 ? primacy.inSync : others }),
        };
      },
    ],
    ['the address stays where it was', 'it comes to rest', () => ({ place: async () => undefined })],
    ['who was deposed is never made anew', 'it comes to rest', () => ({ rebuild: async () => undefined })],
  ])('%s', async (_, invariant, spoil) => {
    const found = new Set<string>();
    for (const seed of seeds) {
      for (const { invariant: broken } of (await play(seed, { spoil })).violations) found.add(broken);
      if (found.has(invariant)) break;
    }
    expect([...found]).toContain(invariant);
  });
});

test('one seed, one result', async () => {
  expect(await play(7)).toEqual(await play(7));
});
