/** What is done of a decision, in which order, and what when it fails: with imagined hands. */
import { describe, expect, test } from 'vitest';
import type { DatabaseObservation, DatabaseState } from '../../../src/model/database-observation.ts';
import type { Primacy } from '../../../src/model/primacy.ts';
import { driveFailover, type FailoverHands } from '../../../src/runtime/failover/drive-failover.ts';
import {
  db,
  lost,
  machine,
  primaryState,
  replicaState,
  settings,
  together,
  well,
} from '../../control/failover/pool.ts';

interface Options {
  readonly primacy?: Primacy;
  readonly seen?: (nowMs: number) => DatabaseObservation;
  readonly settings?: Partial<typeof settings>;
}

/** Two databases; what is done with them is written down, and takes no time. */
function world(options: Options = {}) {
  const it = {
    nowMs: 0,
    primacy: options.primacy ?? together,
    seen: options.seen ?? well,
    tied: undefined as string | undefined,
    /** Fails as long as it stands here. */
    fails: new Set<string>(),
    /** Is under way as long as it stands here. */
    lasts: new Map<string, Promise<void>>(),
  };
  const did: string[] = [];
  const told: string[] = [];
  const kept: Primacy[] = [];
  const hand =
    (what: string) =>
    async (...on: readonly unknown[]): Promise<void> => {
      const did_ = [what, ...on].join(' ');
      did.push(did_);
      await it.lasts.get(what);
      if (it.fails.has(what)) throw new Error(`${did_} failed`);
    };
  const hands: FailoverHands = {
    now: () => it.nowMs,
    tied: () => it.tied,
    observe: () => it.seen(it.nowMs),
    primacy: () => it.primacy,
    keep(primacy) {
      it.primacy = primacy;
      kept.push(primacy);
      did.push('keep');
    },
    ask: (about) => void did.push(`ask about ${about}`),
    fence: hand('fence'),
    promote: (name, waits) => hand('promote')(name, waits ? 'and wait' : 'alone'),
    place: hand('place'),
    handOver: hand('hand-over'),
    follow: hand('follow'),
    wait: hand('wait'),
    leave: hand('leave'),
    goAlone: hand('go-alone'),
    start: hand('start'),
    rebuild: hand('rebuild'),
    arrange: hand('arrange'),
    tell: (name, error) => void told.push(`${name}: ${error instanceof Error ? error.message : String(error)}`),
  };
  const driver = driveFailover({ ...settings, ...options.settings }, hands);
  /** Turns each 100 ms. */
  const turns = async (count: number) => {
    const decisions = [];
    for (let turn = 0; turn < count; turn++) {
      it.nowMs += 100;
      decisions.push(await driver.turn());
      // What runs beside goes on meanwhile.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return decisions;
  };
  return { it, did, told, kept, driver, turns };
}

const names = (all: readonly string[]) => all.filter((one) => !one.startsWith('ask'));

/** The first is lost at once and has no power once it is fenced; the second takes writes once it is promoted. */
const lostAtOnce =
  (did: readonly string[]) =>
  (nowMs: number): DatabaseObservation => {
    const seen = lost(0, nowMs);
    const isPromoted = did.some((one) => one.startsWith('place'));
    const state: DatabaseState = { ...primaryState, waits: { on: false, replicas: 0 } };
    return {
      ...seen,
      machines: [
        machine(1, primaryState, 0),
        machine(2, isPromoted ? state : replicaState(nowMs, { hears: false }), nowMs),
      ],
      addressesOn: [isPromoted ? db(2) : db(1)],
    };
  };

describe('the primary is lost', () => {
  const begin = () => {
    const all = world();
    all.it.seen = lostAtOnce(all.did);
    return all;
  };

  test('it is kept that it moves, then fenced, then kept who follows, then promoted, placed and kept', async () => {
    const { did, kept, turns, it } = begin();
    await turns(14);
    expect(names(did).slice(0, 8)).toEqual([
      'keep',
      'fence database-1',
      'keep',
      'keep',
      'promote database-2 alone',
      'place database-2',
      'keep',
      'rebuild database-1',
    ]);
    const [begun, fenced, chosen, moved] = kept;
    expect(begun).toMatchObject({ primary: db(1), move: { from: db(1), planned: false } });
    expect(begun?.move?.fencedAtMs).toBeUndefined();
    expect(fenced?.move?.fencedAtMs).toBe(1_000);
    expect(chosen?.move?.to).toBe(db(2));
    expect(moved).toEqual({ primary: db(2), inSync: [], deposed: [db(1)], movedAtMs: 1_100 });
    expect(it.primacy).toEqual(moved);
  });

  test.each(['fence', 'promote', 'place'])(
    '%s fails: that is told, nothing after it is done, and it is tried again',
    async (what) => {
      const { did, told, turns, it } = begin();
      it.fails.add(what);
      await turns(15);
      const order = ['fence', 'promote', 'place', 'rebuild'];
      const later = order.slice(order.indexOf(what) + 1);
      expect(did.filter((one) => one.startsWith(what)).length).toBeGreaterThan(3);
      expect(did.filter((one) => later.some((each) => one.startsWith(each)))).toEqual(
        // Each time whoever was promoted is so again: it may have failed in its midst.
        [],
      );
      expect(told[0]).toMatch(new RegExp(`^database-1: ${what} database-\\d.* failed$`));
      it.fails.clear();
      await turns(3);
      expect(it.primacy).toMatchObject({ primary: db(2), deposed: [db(1)] });
    },
  );

  test('whoever decided was killed after it had fenced: the next one promotes', async () => {
    const move = { from: db(1), planned: false, why: 'it is lost', beganMs: 0, fencedAtMs: 50 };
    const all = world({ primacy: { ...together, move } });
    all.it.seen = lostAtOnce(all.did);
    await all.turns(1);
    expect(all.did).toEqual(['keep', 'promote database-2 alone', 'place database-2', 'keep']);
  });

  test('somebody else works on the platform: nothing is done nor kept, and it says who', async () => {
    const { did, turns, it } = begin();
    it.tied = '`spillway up shop` works on the platform';
    const decisions = await turns(15);
    expect(names(did)).toEqual([]);
    expect(it.primacy).toEqual(together);
    expect(decisions.at(-1)).toMatchObject({
      kind: 'doubt',
      says: expect.stringMatching(/; it waits, for `spillway up shop` works on the platform$/) as string,
    });
    it.tied = undefined;
    await turns(1);
    expect(names(did)).toEqual(['keep', 'fence database-1', 'keep']);
  });
});

test('to ask others about it harms nobody: that is done whoever works on the platform', async () => {
  const { did, turns, it } = world({ seen: (nowMs) => ({ ...lost(0, nowMs), testimonies: [] }) });
  it.tied = '`spillway up shop` works on the platform';
  await turns(8);
  expect([...new Set(did)]).toEqual(['ask about database-1']);
});

describe('an action is not repeated', () => {
  const alone: Primacy = { ...together, inSync: [] };
  const notWaiting = { ...primaryState, waits: { on: false, replicas: 1 } };
  /** The primary does not say that it waits. */
  const deaf = (primaryAtMs: (nowMs: number) => number) => (nowMs: number) => ({
    ...well(nowMs),
    machines: [machine(1, notWaiting, primaryAtMs(nowMs)), machine(2, replicaState(nowMs), nowMs)],
  });

  test('before its machine has told something that it asked its server since', async () => {
    const { did, turns } = world({ primacy: alone, seen: deaf(() => 0) });
    await turns(5);
    expect(did).toEqual(['wait database-1']);
  });

  test('when it told what it asked before, a moment later', async () => {
    const { did, turns } = world({ primacy: alone, seen: deaf((nowMs) => Math.min(nowMs, 350)) });
    await turns(5);
    expect(did).toEqual(['wait database-1']);
  });

  test('but then, if that still says so', async () => {
    const { did, turns } = world({ primacy: alone, seen: deaf((nowMs) => nowMs) });
    await turns(3);
    expect(did).toEqual(['wait database-1']);
    await turns(1);
    expect(did).toEqual(['wait database-1', 'wait database-1']);
  });

  test('unless it failed: then at once', async () => {
    const { did, told, turns, it } = world({ primacy: alone, seen: deaf(() => 0) });
    it.fails.add('wait');
    await turns(3);
    expect(did).toEqual(['wait database-1', 'wait database-1', 'wait database-1']);
    expect(told[0]).toBe('database-1: wait database-1 failed');
  });
});

describe('what takes long runs beside', () => {
  const deposed: Primacy = { ...together, deposed: [db(3)] };
  const withOld = (nowMs: number): DatabaseObservation => {
    const seen = well(nowMs);
    return { ...seen, machines: [...seen.machines, machine(3, undefined, 0, { power: 'off' })] };
  };

  test('once, however long it takes, and turns go on; who ends waits for it', async () => {
    const { did, driver, turns, it } = world({ primacy: deposed, seen: withOld });
    const end = Promise.withResolvers<undefined>();
    it.lasts.set(
      'rebuild',
      end.promise.then(() => undefined),
    );
    await turns(20);
    expect(did).toEqual(['rebuild database-3']);
    let isIdle = false;
    const idle = driver.idle().then(() => (isIdle = true));
    await turns(1);
    expect(isIdle).toBe(false);
    end.resolve(undefined);
    await idle;
  });

  test('it fails: that is told of its machine, and a second later it is tried again', async () => {
    const { did, told, turns, it } = world({ primacy: deposed, seen: withOld });
    it.fails.add('rebuild');
    await turns(10);
    expect(did).toEqual(['rebuild database-3']);
    expect(told).toEqual(['database-3: rebuild database-3 failed']);
    await turns(1);
    expect(did).toHaveLength(2);
  });

  test('so is a machine that is to be started, though it tells nothing meanwhile', async () => {
    const off = (nowMs: number) => lost(0, nowMs, { power: 'off' });
    const { did, turns, it } = world({ primacy: { ...together, inSync: [] }, seen: off });
    it.fails.add('start');
    await turns(30);
    expect(did.filter((one) => one === 'start database-1').length).toBeGreaterThan(1);
  });

  test('a replica astray is led back once, until it tells what it follows then', async () => {
    const astray = (nowMs: number) => ({
      ...well(nowMs),
      machines: [machine(1, primaryState, nowMs), machine(2, replicaState(nowMs, { host: '10.0.0.9' }), nowMs)],
    });
    const { did, turns } = world({ seen: astray });
    await turns(3);
    expect(did.filter((one) => one.startsWith('follow'))).toEqual(['follow database-2']);
  });
});

describe('a planned move', () => {
  const move = { from: db(1), to: db(2), planned: true, why: 'a person asked for it', beganMs: 0 };
  const planned: Primacy = { ...together, move };

  test('hands over, promotes, places, and the old one follows; nobody is fenced nor deposed', async () => {
    const { did, turns, it } = world({ primacy: planned });
    await turns(2);
    expect(did).toEqual([
      'hand-over database-1 database-2',
      'keep',
      'keep',
      'promote database-2 alone',
      'place database-2',
      'keep',
      'follow database-1',
      'arrange',
    ]);
    expect(it.primacy).toMatchObject({ primary: db(2), deposed: [] });
  });

  test('the address goes while it is promoted; nothing is kept before both are done', async () => {
    const { did, turns, it } = world({ primacy: planned });
    const end = Promise.withResolvers<undefined>();
    it.lasts.set(
      'promote',
      end.promise.then(() => undefined),
    );
    const turning = turns(2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(did.slice(-2)).toEqual(['promote database-2 alone', 'place database-2']);
    expect(it.primacy.primary).toBe(db(1));
    end.resolve(undefined);
    await turning;
    expect(it.primacy.primary).toBe(db(2));
  });

  test.each(['promote', 'place'])('%s fails: both are done again until both are done', async (what) => {
    const { did, told, turns, it } = world({ primacy: planned });
    it.fails.add(what);
    await turns(3);
    expect(it.primacy).toMatchObject({ primary: db(1), move: { isPromoting: true } });
    expect(told[0]).toMatch(`${what} database-2`);
    it.fails.clear();
    await turns(1);
    expect(it.primacy).toMatchObject({ primary: db(2), deposed: [] });
    expect(did.filter((one) => one.startsWith('promote')).length).toBeGreaterThan(1);
  });

  test('the old one cannot hand over: the move is given up, and it stays what it was', async () => {
    const { did, told, turns, it } = world({ primacy: planned });
    it.fails.add('hand-over');
    await turns(3);
    expect(did).toEqual(['hand-over database-1 database-2', 'keep']);
    expect(told).toEqual(['database-1: hand-over database-1 database-2 failed']);
    expect(it.primacy).toEqual(together);
  });
});

test('all is well: nothing is done', async () => {
  const { did, turns } = world();
  const decisions = await turns(10);
  expect(did).toEqual([]);
  expect(decisions.every(({ kind }) => kind === 'nothing')).toBe(true);
});
