/** Writers, probe and reading back, on a database that is imagined: rows in a list, in time that passes when told to. */
import { describe, expect, test } from 'vitest';
import type { MachineName } from '../../../src/model/ids.ts';
import { keepLedger, type LedgerHands } from '../../../src/rehearse/ledger/keep.ts';
import type { Probe } from '../../../src/rehearse/ledger/ledger.ts';
import type { SqlSession } from '../../../src/rehearse/ledger/session.ts';
import { virtualTime } from '../../../src/sim/time/virtual-time.ts';

const one = 'database-1' as MachineName;
const two = 'database-2' as MachineName;

/** What a write meets: `lost` is acknowledged and thrown away, `unsaid` is kept and not acknowledged. */
type Fate = 'kept' | 'lost' | 'unsaid' | 'refused';

interface Imagined {
  readonly fateAt?: (ms: number) => Fate;
  readonly isUpAt?: (ms: number) => boolean;
  readonly takesAt?: (machine: MachineName, ms: number) => boolean;
}

function imagined({ fateAt = () => 'kept', isUpAt = () => true, takesAt = (machine) => machine === one }: Imagined) {
  const time = virtualTime(0);
  const rows: number[] = [];
  const probes: Probe[] = [];
  const acknowledged: number[] = [];
  let connections = 0;
  const refuse = (why: string) => Promise.reject(new Error(why));
  const session = (write: (sql: string) => Promise<void>): Promise<SqlSession> => {
    let isOver = false;
    connections += 1;
    return Promise.resolve({
      write,
      numbers: () => Promise.resolve(rows),
      isOver: () => isOver,
      abandon: () => (isOver = true),
    });
  };
  const hands: LedgerHands = {
    clock: time,
    connect: () =>
      !isUpAt(time.now())
        ? refuse('nobody answers')
        : session((sql) => {
            const fate = isUpAt(time.now()) ? fateAt(time.now()) : 'refused';
            if (fate === 'kept' || fate === 'unsaid') rows.push(Number(/\((\d+), \d+\)$/.exec(sql)![1]));
            return fate === 'kept' || fate === 'lost' ? Promise.resolve() : refuse(fate);
          }),
    connectTo: (machine) =>
      session(() => (takesAt(machine, time.now()) ? Promise.resolve() : refuse('it is read-only'))),
    acknowledged: (atMs) => acknowledged.push(atMs),
    probed: (probe) => probes.push(probe),
  };
  return { time, hands, rows, probes, acknowledged, connections: () => connections };
}

async function kept(world: ReturnType<typeof imagined>, forMs: number, patienceMs = 1_000) {
  const { time, hands } = world;
  const ledger = keepLedger({ writers: 2, everyMs: 20 }, [one, two], hands);
  await time.until(forMs);
  const stopping = ledger.stop(() => time.now() < forMs + patienceMs);
  await time.until(forMs + patienceMs + 1_000);
  const stoppedAtMs = await stopping;
  return { stoppedAtMs, readBack: await ledger.readBack(() => false) };
}

test('each writer writes at its pace, and all of it is found again', async () => {
  const world = imagined({});
  const { stoppedAtMs, readBack } = await kept(world, 1_000);
  expect(stoppedAtMs).toBe(1_000);
  expect(world.acknowledged.filter((atMs) => atMs < 1_000)).toHaveLength(100);
  expect(new Set(world.rows).size).toBe(world.rows.length);
  expect(readBack).toEqual({ lost: [], duplicated: 0 });
});

test('the probe asks every machine, four times a second, and keeps its connections', async () => {
  const world = imagined({ takesAt: (machine, ms) => machine === (ms < 500 ? one : two) });
  await kept(world, 900);
  const said = (machine: MachineName) =>
    world.probes.filter((probe) => probe.machine === machine).map(({ atMs, accepted }) => `${atMs} ${accepted}`);
  expect(said(one).slice(0, 4)).toEqual(['0 true', '250 true', '500 false', '750 false']);
  expect(said(two).slice(0, 4)).toEqual(['0 false', '250 false', '500 true', '750 true']);
  // Two writers, two probes, and one that read back.
  expect(world.connections()).toBe(5);
});

describe('what was not acknowledged is never written again', () => {
  test('what is there of it is no loss and no double', async () => {
    const world = imagined({ fateAt: (ms) => (ms >= 400 && ms < 440 ? 'unsaid' : 'kept') });
    const { readBack } = await kept(world, 1_000);
    expect(readBack).toEqual({ lost: [], duplicated: 0 });
    expect(world.rows.length - world.acknowledged.length).toBe(2);
  });

  test('a writer goes on at once where it is let in again', async () => {
    const world = imagined({ isUpAt: (ms) => ms < 300 || ms >= 700 });
    await kept(world, 1_000);
    const gaps = world.acknowledged.map((atMs, index) => atMs - (world.acknowledged[index - 1] ?? atMs));
    expect(Math.max(...gaps)).toBe(420);
  });
});

test('what was acknowledged and thrown away is told', async () => {
  const world = imagined({ fateAt: (ms) => (ms === 500 ? 'lost' : 'kept') });
  const { readBack } = await kept(world, 1_000);
  expect(readBack!.lost.map((position) => world.acknowledged[position])).toEqual([500, 500]);
});

describe('the end', () => {
  test('waits for one more write, so that an interruption is seen to its end', async () => {
    const world = imagined({ isUpAt: (ms) => ms < 900 || ms >= 1_600 });
    await kept(world, 1_000);
    expect(world.acknowledged.at(-1)).toBeGreaterThanOrEqual(1_600);
    expect(world.acknowledged.at(-1)).toBeLessThan(1_700);
  });

  test('waits for as long as there is patience', async () => {
    const world = imagined({ isUpAt: (ms) => ms < 900 });
    const { readBack } = await kept(world, 1_000);
    expect(readBack).toBeUndefined();
    expect(world.acknowledged.at(-1)).toBeLessThan(900);
  });
});
