/** When the primary's place changes hands, when not, and what is said of it. */
import { describe, expect, test } from 'vitest';
import { beginning, decide, moved, type FailoverSettings } from '../../../src/control/failover/decide.ts';
import type { DatabaseObservation } from '../../../src/model/database-observation.ts';
import type { MachineName } from '../../../src/model/ids.ts';
import type { Primacy } from '../../../src/model/primacy.ts';
import { db, firstOf, lost, machine, play, primaryState, replicaState, settings, together, well } from './pool.ts';

const now = 10_000_000;
/** With a doubt that is old enough. */
const doubting = { ...beginning, turnedAtMs: now - 100, doubtedSinceMs: now - 5_000 };
const web = 'web-1' as MachineName;

describe('the primary is lost', () => {
  const at = (seen: DatabaseObservation, more: { settings?: Partial<FailoverSettings>; primacy?: Primacy } = {}) =>
    decide({ ...settings, ...more.settings }, doubting, more.primacy ?? together, seen, now).decision;

  test('all witnesses agree: it is fenced before anything else', () => {
    const decision = at(lost(now - 5_000, now));
    expect(decision).toMatchObject({
      kind: 'move',
      says: 'database-1 is lost, and database-2 takes its place: it has received every write that was acknowledged (up to 100)',
      evidence: [
        'database-1 has told nothing for 5.0 s',
        'database-2 has lost its connection to it',
        'web-1 is not greeted by it',
      ],
      action: { kind: 'fence', machine: db(1) },
      primacy: { move: { from: db(1), planned: false, beganMs: now } },
    });
  });

  test.each<[string, DatabaseObservation, string]>([
    [
      'a replica still hears it',
      {
        ...lost(now - 5_000, now),
        machines: [machine(1, primaryState, now - 5_000), machine(2, replicaState(now), now)],
      },
      'database-2 still hears database-1',
    ],
    [
      'somebody who uses it is greeted',
      { ...lost(now - 5_000, now), testimonies: [{ by: web, atMs: now, isGreeted: true }] },
      'web-1 is still greeted by database-1',
    ],
    ['nobody was asked yet', { ...lost(now - 5_000, now), testimonies: [] }, 'machines that use it are asked'],
    [
      'what was said of it is old',
      { ...lost(now - 5_000, now), testimonies: [{ by: web, atMs: now - 1_600, isGreeted: false }] },
      'machines that use it are asked',
    ],
    [
      'nobody tells anything',
      {
        machines: [machine(1, primaryState, now - 5_000), machine(2, replicaState(now), now - 5_000)],
        testimonies: [],
        address: '10.0.0.100',
        addressesOn: [db(1)],
      },
      'no machine of the pool tells anything: sight is lost',
    ],
  ])('%s: nothing is done', (_, seen, says) => {
    const { kind, says: said, action } = at(seen);
    expect([kind, said]).toEqual(['doubt', says]);
    expect(action?.kind ?? 'ask').toBe('ask');
  });

  test.each<[string, Parameters<typeof at>, string]>([
    [
      'by hand',
      [lost(now - 5_000, now), { settings: { automatic: false } }],
      'database-1 is lost, and the blueprint leaves what follows to a person',
    ],
    [
      'not twice within the hold',
      [lost(now - 5_000, now), { primacy: { ...together, movedAtMs: now - 60_000 } }],
      'database-1 is lost, but its place changed hands a short while ago: not again for 540 s',
    ],
    [
      'the primary did not wait, and nothing may be lost',
      [lost(now - 5_000, now), { primacy: { ...together, inSync: [] } }],
      'database-1 is lost, and nobody may take its place: the primary did not wait for a replica, so nobody knows how many writes would be lost with database-2, and the objective allows no loss',
    ],
    [
      'who was deposed may not come back as it is',
      [lost(now - 5_000, now), { primacy: { ...together, inSync: [], deposed: [db(2)] } }],
      'database-1 is lost, and nobody may take its place: no replica is seen to work',
    ],
    [
      'one of those in sync is silent, and may have more',
      [lost(now - 5_000, now), { primacy: { ...together, inSync: [db(2), db(3)] } }],
      'database-1 is lost, and nobody may take its place: database-3 may have more than database-2, so nobody knows how many writes would be lost, and the objective allows no loss',
    ],
  ])('refused: %s', (_, args, says) => {
    expect(at(...args)).toMatchObject({ kind: 'refuse', says });
  });

  test('who is refused a successor, and has no power, is started again', () => {
    const seen = lost(now - 5_000, now, { power: 'off' });
    expect(at(seen, { primacy: { ...together, inSync: [] } }).action).toEqual({ kind: 'start', machine: db(1) });
  });

  test('some loss is allowed: as much as was not received', () => {
    const covered = { ...doubting, covered: { [db(2)]: now - 6_000 } };
    const says = (rpoMs: number) =>
      decide({ ...settings, rpoMs }, covered, { ...together, inSync: [] }, lost(now - 5_000, now), now).decision.kind;
    expect([says(2_000), says(500)]).toEqual(['move', 'refuse']);
  });
});

describe('how long it takes', () => {
  test('a machine without power is known by its engine: nothing is waited for', () => {
    const played = play(3, (at) => (at < 1_000 ? well(at) : lost(1_000, at, { power: at < 1_300 ? 'on' : 'off' })));
    // Until the last telling is old, it counts as well.
    expect(firstOf(played)).toEqual({ nothing: 0, move: 1_600 });
  });

  test('one that is only silent has a second', () => {
    const played = play(4, (at) => (at < 1_000 ? well(at) : lost(1_000, at)));
    expect(firstOf(played).move).toBe(2_000);
  });

  test('one that is back within the second keeps its place', () => {
    const played = play(4, (at) => (at < 1_000 || at > 1_900 ? well(at) : lost(1_000, at)));
    expect(Object.keys(firstOf(played))).toEqual(['nothing', 'doubt']);
  });

  test('who decides was itself not there: it looks anew', () => {
    const seen = (at: number) => lost(0, at);
    const played = play(6, seen, { every: 700 });
    expect(firstOf(played).move).toBeUndefined();
  });

  test('who decides is back: the second begins with its return', () => {
    const absent = { ...beginning, turnedAtMs: now - 5_000 };
    let state = absent;
    let moveAtMs: number | undefined;
    for (let at = now; at <= now + 2_000 && moveAtMs === undefined; at += 100) {
      const turn = decide(settings, state, together, lost(now - 4_000, at), at);
      state = { ...turn.state, turnedAtMs: at };
      if (turn.decision.kind === 'move') moveAtMs = at - now;
    }
    expect(moveAtMs).toBe(1_000);
  });
});

describe('a move that was begun', () => {
  const moving: Primacy = { ...together, move: { from: db(1), planned: false, why: 'lost', beganMs: now - 500 } };
  const goOn = (primacy: Primacy, seen = lost(now - 2_000, now)) =>
    decide(settings, doubting, primacy, seen, now).decision;

  test('is fenced first, however often it is begun', () => {
    expect(goOn(moving).action).toEqual({ kind: 'fence', machine: db(1) });
  });

  test('then its successor is promoted, and kept before', () => {
    const fenced = { ...moving, move: { ...moving.move, fencedAtMs: now - 100 } } as Primacy;
    expect(goOn(fenced)).toMatchObject({
      action: { kind: 'promote', machine: db(2), followers: [], waits: false },
      primacy: { move: { to: db(2) } },
    });
  });

  test('of three, the third follows the new one, which waits for it from the first write on', () => {
    const fenced: Primacy = {
      ...together,
      inSync: [db(2), db(3)],
      move: { from: db(1), planned: false, why: 'lost', beganMs: now - 500, fencedAtMs: now - 100 },
    };
    const third = machine(3, replicaState(now, { hears: false, received: 103 }), now);
    const seen = lost(now - 2_000, now);
    const decision = goOn(fenced, { ...seen, machines: [...seen.machines, third] });
    expect(decision.action).toEqual({ kind: 'promote', machine: db(3), followers: [db(2)], waits: true });
    expect(moved(decision.primacy ?? fenced, [db(2)], now)).toEqual({
      primary: db(3),
      inSync: [db(2)],
      deposed: [db(1)],
      movedAtMs: now,
    });
  });

  const fenced: Primacy = {
    ...together,
    move: { from: db(1), to: db(2), planned: false, why: 'lost', beganMs: now - 2_000, fencedAtMs: now - 1_000 },
  };

  test('one that speaks after its fence is fenced again', () => {
    const back = lost(now - 2_000, now);
    const machines = [machine(1, primaryState, now - 200), ...back.machines.slice(1)];
    expect(goOn(fenced, { ...back, machines }).action).toEqual({ kind: 'fence', machine: db(1) });
    const late = [machine(1, primaryState, now - 900), ...back.machines.slice(1)];
    expect(goOn(fenced, { ...back, machines: late }).action?.kind, 'what was on its way').toBe('promote');
  });

  test('a successor that lost its power is started', () => {
    const seen = lost(now - 2_000, now);
    const machines = [...seen.machines.slice(0, 1), machine(2, undefined, now - 1_500, { power: 'off' })];
    expect(goOn(fenced, { ...seen, machines }).action).toEqual({ kind: 'start', machine: db(2) });
  });

  test('one that does not apply what it receives is no successor, whatever it has', () => {
    const open: Primacy = {
      ...together,
      inSync: [db(3)],
      move: { from: db(1), planned: false, why: 'lost', beganMs: now - 500, fencedAtMs: now - 100 },
    };
    const seen = lost(now - 2_000, now);
    const machines = [
      ...seen.machines.slice(0, 1),
      machine(2, replicaState(now, { hears: false, applies: false, received: 200 }), now),
      machine(3, replicaState(now, { hears: false }), now),
    ];
    expect(goOn(open, { ...seen, machines }).action).toMatchObject({ kind: 'promote', machine: db(3) });
  });

  test('nobody is left who may: the old one is started again', () => {
    const fenced = { ...moving, move: { ...moving.move, fencedAtMs: now - 100 } } as Primacy;
    const seen = { ...lost(now - 2_000, now), machines: [machine(1, primaryState, now - 2_000)] };
    const decision = goOn(fenced, seen);
    expect(decision).toMatchObject({ kind: 'refuse', action: { kind: 'start', machine: db(1) } });
    expect(decision.primacy).toEqual(together);
  });

  test('a planned one hands over, and is given up when one of the two is gone', () => {
    const planned: Primacy = {
      ...together,
      move: { from: db(1), to: db(2), planned: true, why: 'asked', beganMs: now },
    };
    expect(goOn(planned, well(now)).action).toEqual({ kind: 'hand-over', from: db(1), to: db(2) });
    expect(goOn(planned)).toMatchObject({ kind: 'refuse', primacy: together });
    const done = { ...planned, primary: db(2), inSync: [db(1)] };
    expect(goOn(done, well(now)), 'the place changed hands before').toMatchObject({
      kind: 'refuse',
      says: 'the planned move is given up: database-2 is the primary by now',
    });
    expect(moved(planned, [], now)).toEqual({ primary: db(2), inSync: [], deposed: [], movedAtMs: now });
  });
});

describe('copies that are fetched from time to time', () => {
  const alone: Primacy = { ...together, inSync: [] };
  const runs = { ...primaryState, written: 1, waits: { on: false, replicas: 0 } };
  /** The primary is lost at 2 s; what the other one has was fetched long before. */
  const seen = (copiedAtMs: number | undefined) => (at: number) => {
    const more = { heardAtMs: 0, received: 0, ...(copiedAtMs !== undefined && { copiedAtMs }) };
    const gone = lost(2_000, at);
    return {
      ...(at < 2_000 ? well(at) : gone),
      machines: [machine(1, runs, Math.min(at, 2_000)), machine(2, replicaState(at, more), at)],
    };
  };
  const after = (copiedAtMs: number | undefined, rpoMs: number | undefined) =>
    play(4, seen(copiedAtMs), { primacy: alone, settings: { rpoMs: rpoMs as number, waits: 'never' } })
      .map(({ decision }) => decision)
      .find(({ kind }) => kind === 'move' || kind === 'refuse');

  test.each<[string, number | undefined, number | undefined, string, RegExp]>([
    ['within the objective', -18_000, 60_000, 'move', /up to 20\.0 s of writes would be lost .* allows 60\.0 s/],
    ['older than it allows', -88_000, 60_000, 'refuse', /up to 90\.0 s of writes would be lost .* allows 60\.0 s/],
    ['older, and no objective', -88_000, undefined, 'move', /up to 90\.0 s of writes would be lost .* no objective/],
    ['never any', undefined, 60_000, 'refuse', /nobody knows how many writes would be lost/],
  ])('%s', (_, copiedAtMs, rpoMs, kind, says) => {
    expect(after(copiedAtMs, rpoMs)).toMatchObject({ kind, says: expect.stringMatching(says) as string });
  });

  test('all is well, and nothing is done', () => {
    const played = play(1, seen(-18_000), { primacy: alone, settings: { rpoMs: 60_000, waits: 'never' } });
    expect(new Set(played.map(({ decision }) => decision.kind))).toEqual(new Set(['nothing']));
  });
});

describe('in sync', () => {
  const alone: Primacy = { ...together, inSync: [] };
  const notWaiting = { ...primaryState, waits: { on: false, replicas: 0 } };

  test('a replica follows: the primary is told to wait, seen to wait, and only then it counts', () => {
    let waits = false;
    const kept: string[] = [];
    const played = play(
      1,
      (at) => ({
        ...well(at),
        machines: [machine(1, waits ? primaryState : notWaiting, at), machine(2, replicaState(at), at)],
      }),
      { primacy: alone },
    );
    expect(played[0]?.decision.action).toEqual({ kind: 'wait', machine: db(1) });
    waits = true;
    for (const { decision } of play(0.3, well, { primacy: alone }))
      if (decision.primacy !== undefined) kept.push(decision.primacy.inSync.join());
    expect(kept).toEqual(['database-2']);
  });

  test('one that lacks what was written before the primary waited does not count', () => {
    const seen = (at: number) => ({
      ...well(at),
      machines: [machine(1, primaryState, at), machine(2, replicaState(at, { received: 99 }), at)],
    });
    expect(play(1, seen, { primacy: alone }).every(({ decision }) => decision.primacy === undefined)).toBe(true);
  });

  test.each<[string, Partial<FailoverSettings>]>([
    ['it went on alone, and what it said before was heard after that', {}],
    ['the blueprint has another objective by now', { waits: 'never' }],
  ])('the primary waits for nobody, so nobody counts: %s', (_, more) => {
    const seen = (at: number) => ({
      ...well(at),
      machines: [machine(1, notWaiting, at), machine(2, replicaState(at), at)],
    });
    const [first] = play(0, seen, { settings: more });
    expect(first?.decision).toMatchObject({
      kind: 'alone',
      says: 'database-1 waits for nobody, so database-2 may lack what it acknowledged',
      primacy: { inSync: [] },
    });
  });

  test('nobody follows any more: first it is kept, then the primary goes on alone', () => {
    const seen = (at: number) => ({
      ...well(at),
      machines: [machine(1, primaryState, at), machine(2, replicaState(at, { hears: false, heardAtMs: 0 }), at)],
    });
    const played = play(4, seen);
    const first = played.find(({ decision }) => decision.kind === 'alone');
    expect(first).toMatchObject({
      atMs: 2_000,
      decision: { action: { kind: 'go-alone', machine: db(1) }, primacy: { inSync: [] } },
    });
  });

  test('one of two is lost: it is left out once the other has all that was written', () => {
    const seen = (at: number, received: number) => ({
      ...well(at),
      machines: [
        machine(1, primaryState, at),
        machine(2, replicaState(at, { received }), at),
        machine(3, undefined, 0, { power: 'off' }),
      ],
    });
    const primacy = { ...together, inSync: [db(2), db(3)] };
    const lacking = play(4, (at) => seen(at, 99), { primacy });
    expect(lacking.every(({ decision }) => decision.primacy === undefined)).toBe(true);
    const having = play(4, (at) => seen(at, 100), { primacy });
    expect(having.find(({ decision }) => decision.primacy !== undefined)).toMatchObject({
      atMs: 2_000,
      decision: { primacy: { inSync: [db(2)] }, action: { kind: 'keep' } },
    });
  });
});

describe('what is left over', () => {
  const seen = well(now);
  const [first, second] = seen.machines;
  const decided = (more: Partial<DatabaseObservation>, primacy: Primacy = together) =>
    decide(settings, { ...beginning, turnedAtMs: now - 100 }, primacy, { ...seen, ...more }, now).decision;
  const machines = [first, second].filter((one) => one !== undefined);

  test.each<[string, Partial<DatabaseObservation>, Primacy, object]>([
    [
      'one of several addresses is elsewhere',
      { addressesOn: [db(1), db(2)] },
      together,
      { kind: 'place', machine: db(1) },
    ],
    ['the address is elsewhere', { addressesOn: [db(2)] }, together, { kind: 'place', machine: db(1) }],
    [
      'the primary takes no writes',
      { machines: [machine(1, { ...primaryState, isReadOnly: true }, now), ...machines.slice(1)] },
      together,
      { kind: 'promote', machine: db(1), followers: [], waits: true },
    ],
    [
      'the primary still listens to the one from before',
      { machines: [machine(1, { ...replicaState(now), isReadOnly: false }, now), ...machines.slice(1)] },
      together,
      { kind: 'leave', machine: db(1) },
    ],
    [
      'a replica follows the one from before',
      { machines: [...machines.slice(0, 1), machine(2, replicaState(now, { host: '10.0.0.9' }), now)] },
      together,
      { kind: 'follow', machine: db(2), primary: db(1) },
    ],
    [
      'who was deposed is made anew',
      { machines: [...machines, machine(3, primaryState, now)] },
      { ...together, deposed: [db(3)] },
      { kind: 'rebuild', machine: db(3) },
    ],
  ])('%s', (_, more, primacy, action) => {
    expect(decided(more, primacy).action).toEqual(action);
  });

  test('nothing', () => {
    expect(decided({})).toEqual({ kind: 'nothing', says: 'database-1 works, with database-2 in sync', evidence: [] });
  });
});
