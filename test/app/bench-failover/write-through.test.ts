/** The client that measures a failover, on databases that are imagined, in time that passes when told to. */
import { expect, test } from 'vitest';
import { journaledSince } from '../../../src/app/bench/failover/primary/journaled.ts';
import type { Contender } from '../../../src/app/bench/failover/primary/contender.ts';
import { lostOf, writeThrough } from '../../../src/app/bench/failover/primary/write-through.ts';
import type { MachineName } from '../../../src/model/ids.ts';
import type { JournalEntry } from '../../../src/ports/store.ts';
import type { SqlSession } from '../../../src/rehearse/ledger/session.ts';
import { imaginedStore } from '../../../src/sim/imagined-store.ts';
import { virtualTime } from '../../../src/sim/time/virtual-time.ts';

/** `lost`: acknowledged, and thrown away. */
type Fate = 'kept' | 'lost' | 'refused';

function imagined(fateAt: (ms: number, way: number) => Fate, ways: number) {
  const time = virtualTime(0);
  const rows: number[] = [];
  const session = (way: number): SqlSession => ({
    write(sql) {
      const fate = fateAt(time.now(), way);
      if (fate === 'refused') return Promise.reject(new Error('it takes no writes'));
      if (fate === 'kept') rows.push(Number(/\((\d+), /.exec(sql)![1]));
      return Promise.resolve();
    },
    numbers: () => Promise.resolve(rows),
    isOver: () => false,
    abandon: () => undefined,
  });
  const contender: Contender = {
    ...{ name: 'imagined', readSql: '', stepMs: 0, ids: { given: 0, acknowledged: [] } },
    ways: Array.from({ length: ways }, (_, way) => ({
      name: `way ${way}`,
      connect: () => Promise.resolve(session(way)),
    })),
    settled: () => Promise.resolve('db-1' as MachineName),
    kill: () => Promise.resolve(),
    restore: () => Promise.resolve(),
    move: () => Promise.resolve(),
  };
  return { time, contender };
}

const atOnce = () => Promise.resolve();

test('each way’s own time counts, from the last acknowledged write to the next', async () => {
  // It happens at a second and an acknowledgement; what the first way feels ends at 3 s, the second’s at 4 s.
  const back = [3_000, 4_000];
  const { time, contender } = imagined((ms, way) => (ms > 1_100 && ms < back[way]! ? 'refused' : 'kept'), 2);
  const measuring = writeThrough(time, contender, () => time.sleep(160), atOnce);
  await time.until(10_000);
  const { beganMs, gapMs } = await measuring;
  expect(beganMs).toBeGreaterThanOrEqual(1_000);
  expect(beganMs).toBeLessThan(1_100);
  const [first = 0, second = 0] = [...gapMs.values()];
  // To the twentieth of a second, after which a client that was refused tries again.
  expect(Math.abs(first - 1_900)).toBeLessThanOrEqual(60);
  expect(Math.abs(second - 2_900)).toBeLessThanOrEqual(60);
  expect(await lostOf(contender)).toBe(0);
});

test('what halts before it happens is not counted, what halts until all is settled is', async () => {
  const halts = [
    [100, 900],
    [1_300, 1_500],
    [3_000, 3_400],
  ];
  const isHalted = (ms: number) => halts.some(([from = 0, to = 0]) => ms > from && ms < to);
  const { time, contender } = imagined((ms) => (isHalted(ms) ? 'refused' : 'kept'), 1);
  const measuring = writeThrough(time, contender, atOnce, () => time.sleep(5_000));
  await time.until(10_000);
  const [gap = 0] = [...(await measuring).gapMs.values()];
  expect(Math.abs(gap - 400)).toBeLessThanOrEqual(60);
});

test('an acknowledged write that is not there is lost', async () => {
  const { time, contender } = imagined((ms) => (ms > 500 && ms < 530 ? 'lost' : 'kept'), 1);
  const measuring = writeThrough(time, contender, atOnce, atOnce);
  await time.until(5_000);
  await measuring;
  expect(await lostOf(contender)).toBeGreaterThan(0);
});

test('when nothing is acknowledged any more, it is given up', async () => {
  const { time, contender } = imagined((ms) => (ms > 1_500 ? 'refused' : 'kept'), 1);
  const measuring = writeThrough(time, contender, () => time.sleep(600), atOnce);
  const told = expect(measuring).rejects.toMatchObject({ code: 'bench-no-write' });
  await time.until(200_000);
  await told;
});

test.each([
  {
    what: 'of a primary that died: since then',
    entries: [
      { atMs: 900, kind: 'decision', subject: 'database/primary', detail: { kind: 'nothing' } },
      { atMs: 1_500, kind: 'decision', subject: 'database/primary', detail: { kind: 'doubt' } },
      { atMs: 2_000, kind: 'decision', subject: 'database/primary', detail: { kind: 'move' } },
      { atMs: 2_100, kind: 'step-ended', subject: 'database-1/fence', detail: {} },
      { atMs: 2_400, kind: 'step-ended', subject: 'database-2/promote', detail: {} },
      { atMs: 2_500, kind: 'step-ended', subject: 'database-2/address db', detail: {} },
      { atMs: 2_600, kind: 'step-ended', subject: 'database-2/leave', detail: {} },
    ],
    until: { decision: 1_000, fence: 1_100, promote: 1_400, address: 1_500 },
  },
  {
    what: 'of one that hands over: since it began to',
    entries: [
      { atMs: 3_000, kind: 'decision', subject: 'database/primary', detail: { kind: 'move' } },
      { atMs: 3_010, kind: 'step-began', subject: 'database-2/hand-over', detail: {} },
      { atMs: 3_200, kind: 'step-ended', subject: 'database-2/hand-over', detail: {} },
      { atMs: 3_500, kind: 'step-ended', subject: 'database-1/promote', detail: {} },
      { atMs: 3_600, kind: 'step-ended', subject: 'database-1/address db', detail: {} },
    ],
    until: { 'hand-over': 190, promote: 490, address: 590 },
  },
] as const)('the journal says how far it was: $what', ({ entries, until }) => {
  const store = imaginedStore();
  for (const entry of entries)
    store.append({ run: 'control-1', reason: '', ...entry } satisfies Omit<JournalEntry, 'id'>);
  expect(Object.fromEntries(journaledSince(store, 1_000))).toEqual(until);
});
