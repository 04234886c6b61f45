/** The controller around its drivers, on SoFoot in an imagined world: balancers are silent there, so that it only looks. */
import { describe, expect, test } from 'vitest';
import { control, type ControlEvent } from '../../src/app/control/index.ts';
import { memoryIn } from '../../src/app/control/memory.ts';
import { heldWhileBusy } from '../../src/app/control/platform-lock.ts';
import { createTreasurer } from '../../src/app/control/treasurer.ts';
import { load } from '../../src/app/load.ts';
import type { Toolbox } from '../../src/app/toolbox.ts';
import { up } from '../../src/app/up.ts';
import { withWork } from '../../src/app/work.ts';
import { beginning, type ScaleDecision } from '../../src/control/scale/decide.ts';
import type { FlavourName, MachineName, PlatformName, PoolName } from '../../src/model/ids.ts';
import type { ActualMachine } from '../../src/model/inventory.ts';
import type { LockHolder } from '../../src/ports/store.ts';
import type { MachineStay } from '../../src/runtime/scale/stays.ts';
import { damage } from '../../src/sim/damage.ts';
import { imaginedStore } from '../../src/sim/imagined-store.ts';
import { settings } from '../control/scale/pool.ts';
import { shopWith } from '../plan/shop.ts';
import { imaginedToolbox } from './imagined-toolbox.ts';

const sofoot = 'sofoot' as PlatformName;
const web = 'web' as PoolName;
const hourMs = 3_600_000;

const bringUp = (toolbox: Toolbox) =>
  withWork(toolbox, load(toolbox, 'sofoot'), (work) =>
    up(work, { acceptLosses: false, signal: new AbortController().signal, progress: () => undefined }),
  );

async function sofootUp() {
  const imagined = imaginedToolbox();
  await bringUp(imagined.toolbox);
  return { ...imagined, store: imagined.kept.get(sofoot)! };
}

/** Runs for so many of its pauses, and does something in each. */
async function run(
  { toolbox }: { readonly toolbox: Toolbox },
  pauses: number,
  inPause: (pause: number) => void = () => undefined,
  takeOver = false,
) {
  const stop = new AbortController();
  const events: ControlEvent[] = [];
  let count = 0;
  const sleep = async (ms: number) => {
    await new Promise((resolve) => setImmediate(resolve));
    // Readings pause for longer.
    if (ms > 500) return;
    inPause(++count);
    if (count >= pauses) stop.abort();
  };
  const clock = { ...toolbox.clock, sleep };
  await control({ ...toolbox, clock }, 'sofoot', {
    ...{ takeOver, signal: stop.signal },
    progress: (event) => void events.push(event),
  });
  return events;
}

/** All but what is thought of primaries. */
const says = (events: readonly ControlEvent[]) =>
  events.flatMap((event) =>
    event.kind === 'judged' ? [] : [event.kind === 'decided' ? event.decision.says : event.kind],
  );

describe('it runs', () => {
  test('until it is stopped, tells a reason once, and gives its post back', async () => {
    const imagined = await sofootUp();
    const events = await run(imagined, 20);
    expect(says(events)).toEqual(['began', 'no balancer answers, and all stays as it is']);
    const { store } = imagined;
    const decisions = store.entries({ limit: 100, kind: 'decision' });
    expect(decisions.filter(({ subject }) => subject !== 'database/primary')).toHaveLength(1);
    expect(store.entries({ limit: 1 })).toMatchObject([{ kind: 'run-ended', reason: 'stopped by hand' }]);
    expect(store.holder('controller')).toBeUndefined();
    expect(store.holder('platform')).toBeUndefined();
  });

  test('on, whatever fails in a turn, and tells it once', async () => {
    const imagined = await sofootUp();
    const engine = imagined.toolbox.engine({ kind: 'lab' } as never);
    let fails = false;
    const list: typeof engine.list = (platform) =>
      fails ? Promise.reject(new Error('the provider is away')) : engine.list(platform);
    const toolbox = { ...imagined.toolbox, engine: () => ({ ...engine, list }) };
    const events = await run({ toolbox }, 40, (pause) => {
      fails = pause > 5 && pause < 12;
    });
    expect(says(events)).toEqual(['began', 'no balancer answers, and all stays as it is', 'failed']);
    expect(events.at(-1)).toMatchObject({ says: 'the provider is away' });
    expect(imagined.store.entries({ limit: 100, kind: 'step-failed' })).toHaveLength(1);
  });

  test('beside it, whoever is the primary: its servers are silent as well, and of that nothing follows', async () => {
    const imagined = await sofootUp();
    const events = await run(imagined, 20);
    const judged = events.flatMap((event) => (event.kind === 'judged' ? [event.decision.kind] : []));
    expect([...new Set(judged)]).toEqual(['doubt']);
    expect(imagined.store.kept('primacy/database')).toBeUndefined();
  });

  test('anew after `up`', async () => {
    const imagined = await sofootUp();
    const { store } = imagined;
    const subject = 'spillway up sofoot';
    const ended = { atMs: 0, run: 'up-1', kind: 'run-ended' as const, subject, reason: '', detail: {} };
    const events = await run(imagined, 20, (pause) => {
      if (pause === 5) store.append(ended);
    });
    expect(events.filter(({ kind }) => kind === 'began')).toHaveLength(2);
  });

  test('until `down` begins', async () => {
    const imagined = await sofootUp();
    const { store } = imagined;
    const subject = 'spillway down sofoot';
    const down = { atMs: 0, run: 'down-1', kind: 'run-began' as const, subject, reason: '', detail: {} };
    const attempt = run(imagined, 20, (pause) => {
      if (pause === 5) store.append(down);
    });
    await expect(attempt).rejects.toMatchObject({ code: 'removed', exit: 'refused' });
    expect(store.holder('controller')).toBeUndefined();
  });
});

describe('it keeps up the platform', () => {
  const powerOf = ({ world }: Awaited<ReturnType<typeof sofootUp>>, name: string) =>
    world.platforms.get(sofoot)!.machines.get(name as MachineName)!.actual.state;
  const keptUp = (events: readonly ControlEvent[]) =>
    events.flatMap((event) => (event.kind === 'kept-up' ? [`${event.about}: ${event.says}`] : []));

  test('a machine of its own that is off is started', async () => {
    const imagined = await sofootUp();
    damage(imagined.world, sofoot, { kind: 'machine-dies', machine: 'web-2' as MachineName });
    const events = await run(imagined, 60);
    expect(keptUp(events)).toEqual(['web-2: it is off, and nobody meant it to be']);
    expect(powerOf(imagined, 'web-2')).toBe('running');
    expect(imagined.store.entries({ limit: 9, kind: 'decision', subject: 'web-2/upkeep' })).toHaveLength(1);
    expect(imagined.store.holder('platform')).toBeUndefined();
  });

  test('but none while something is broken on purpose', async () => {
    const imagined = await sofootUp();
    damage(imagined.world, sofoot, { kind: 'machine-dies', machine: 'web-2' as MachineName });
    const detail = { kind: 'fault', verb: 'kill', target: 'web-2' };
    imagined.store.append({ atMs: 0, run: 'fault-1', kind: 'step-began', subject: 'web-2', reason: '', detail });
    expect(keptUp(await run(imagined, 60))).toEqual([]);
    expect(powerOf(imagined, 'web-2')).toBe('stopped');
  });

  test('nor one that would have to be made anew', async () => {
    const imagined = await sofootUp();
    const { machines } = imagined.world.platforms.get(sofoot)!;
    const name = 'web-2' as MachineName;
    damage(imagined.world, sofoot, { kind: 'machine-dies', machine: name });
    const before = machines.get(name)!;
    machines.set(name, { ...before, actual: { ...before.actual, site: 'sbg' as never } });
    const events = await run(imagined, 60);
    expect(keptUp(events)).toEqual([]);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'failed', about: 'web-2' }));
    expect(machines.get(name)!.actual.state).toBe('stopped');
  });

  test('certificates that were renewed here go to the machines', async () => {
    const imagined = await sofootUp();
    const { toolbox, world } = imagined;
    const path = '/etc/haproxy/certificates/www.pem';
    const { machines } = world.platforms.get(sofoot)!;
    // As if they had been looked at a month before their end, and the vault had made another one.
    for (const [name, machine] of machines) {
      const fact = machine.paths.get(path);
      if (fact !== undefined)
        machines.set(name, { ...machine, paths: new Map([...machine.paths, [path, { ...fact, validUntilMs: 1 }]]) });
    }
    const renewed: Toolbox['digest'] = (vault) => {
      const digest = toolbox.digest(vault);
      return (file) => (file.content.includes('⟦certificate') ? `renewed ${digest(file)}` : digest(file));
    };
    const events = await run({ toolbox: { ...toolbox, digest: renewed } }, 60);
    expect(keptUp(events)).toContainEqual(expect.stringContaining('sofoot: renews certificates'));
    const digests = [...machines.values()].flatMap(({ paths }) => paths.get(path)?.digest ?? []);
    expect(digests).toEqual([expect.stringMatching(/^renewed/), expect.stringMatching(/^renewed/)]);
  });
});

describe('in place of another one', () => {
  const other = { pid: 2, startTicks: '2', host: 'here', command: 'spillway control sofoot', sinceMs: 0 };

  test('it says whom it replaces, here and in the journal', async () => {
    const imagined = await sofootUp();
    imagined.store.lock(other, () => true, 'controller');
    const events = await run(imagined, 5, undefined, true);
    expect(events[0]).toMatchObject({ kind: 'took-over', from: other });
    expect(imagined.store.entries({ limit: 1, kind: 'run-began' })).toMatchObject([
      { reason: 'a person asked, in place of process 2 on here' },
    ]);
  });

  test('it ends once it is replaced itself, and says by whom', async () => {
    const imagined = await sofootUp();
    const { store } = imagined;
    const attempt = run(imagined, 20, (pause) => {
      if (pause === 5) store.lock(other, () => false, 'controller');
    });
    await expect(attempt).rejects.toMatchObject({ code: 'stale-controller', exit: 'refused' });
    expect(store.holder('controller'), 'the post is the other’s').toEqual(other);
    expect(store.entries({ limit: 1 })).toMatchObject([{ kind: 'run-ended', detail: { failed: true } }]);
  });

  test('that has a copy of its store, it ends at once when machines have heard from that one', async () => {
    const imagined = await sofootUp();
    imagined.world.terms.set(sofoot, Date.parse('2100-01-01'));
    await expect(run(imagined, 20)).rejects.toMatchObject({
      code: 'stale-controller',
      message: expect.stringContaining('has heard from one that began later') as string,
    });
  });

  test('that has a copy, it ends when a balancer has heard from that one', async () => {
    const imagined = await sofootUp();
    const { machines } = imagined.world.platforms.get(sofoot)!;
    for (const [name, machine] of machines)
      if (machine.actual.pool === 'balancer') machines.set(name, { ...machine, term: Date.parse('2100-01-01') });
    await expect(run(imagined, 20)).rejects.toMatchObject({ code: 'stale-controller' });
  });
});

describe('it is refused', () => {
  test('for a platform that is not up, and leaves nothing', async () => {
    const imagined = imaginedToolbox();
    await expect(run(imagined, 5)).rejects.toMatchObject({ code: 'not-up', exit: 'refused' });
    expect([...imagined.kept.keys()]).toEqual([]);
  });

  test('while another one runs', async () => {
    const imagined = await sofootUp();
    const other = { pid: 2, startTicks: '2', host: 'here', command: 'spillway control sofoot', sinceMs: 0 };
    imagined.store.lock(other, () => true, 'controller');
    await expect(run(imagined, 5)).rejects.toMatchObject({ code: 'busy', exit: 'refused' });
  });
});

describe('the platform’s lock', () => {
  const holder = (pid: number): LockHolder => ({
    ...{ pid, startTicks: String(pid), host: 'here' },
    ...{ command: 'spillway up sofoot', sinceMs: 0 },
  });

  test('is held from the first to the last of those that are under way', async () => {
    const { toolbox } = imaginedToolbox();
    const store = imaginedStore();
    const lock = heldWhileBusy({ toolbox, store }, 'spillway control sofoot');
    const [first, second] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const both = [lock.during(() => first.promise), lock.during(() => second.promise)];
    expect(store.holder('platform')).toMatchObject({ command: 'spillway control sofoot' });
    expect(lock.tied(), 'by itself nobody is tied').toBeUndefined();
    first.resolve(undefined);
    await both[0];
    expect(store.holder('platform')).toBeDefined();
    second.resolve(undefined);
    await both[1];
    expect(store.holder('platform')).toBeUndefined();
  });

  test('of another one that lives ties, and is not taken', async () => {
    const { toolbox } = imaginedToolbox();
    const store = imaginedStore();
    const lock = heldWhileBusy({ toolbox, store }, 'spillway control sofoot');
    store.lock(holder(2), () => true);
    expect(lock.tied()).toBe('`spillway up sofoot` works on the platform');
    await expect(lock.during(() => Promise.resolve())).rejects.toMatchObject({ code: 'busy' });
    expect(store.holder('platform')).toEqual(holder(2));
  });

  test('of one that died does not tie', () => {
    const { toolbox } = imaginedToolbox();
    const store = imaginedStore();
    store.lock(holder(2), () => true);
    const lock = heldWhileBusy({ toolbox: { ...toolbox, isAlive: () => false }, store }, 'spillway control sofoot');
    expect(lock.tied()).toBeUndefined();
  });
});

describe('its memory', () => {
  const state = { ...beginning, wanted: [{ atMs: 1_000, size: 6 }], gaveUpAtMs: [500] };
  const at = (nowMs: number, wallMs = nowMs) => ({ now: () => nowMs, wall: () => wallMs });

  test('is written every ten seconds, and whenever something was done', () => {
    const store = imaginedStore();
    let nowMs = 0;
    const memory = memoryIn(store, { now: () => nowMs, wall: () => nowMs });
    const kept = (atMs: number, now: boolean) => {
      nowMs = atMs;
      memory.keep(web, settings, { ...state, grewAtMs: atMs }, now);
      return memoryIn(store, at(atMs)).recall(web, settings).grewAtMs;
    };
    expect([
      kept(1_000, false),
      kept(5_000, false),
      kept(6_000, true),
      kept(15_000, false),
      kept(16_000, false),
    ]).toEqual([1_000, 1_000, 6_000, 6_000, 16_000]);
  });

  test('lets holds go on where they were; when machines did not come stays as it was', () => {
    const store = imaginedStore();
    memoryIn(store, at(3_000)).keep(web, settings, state, true);
    expect(memoryIn(store, at(103_000)).recall(web, settings)).toEqual({
      ...state,
      wanted: [{ atMs: 101_000, size: 6 }],
    });
  });

  test('is of the wall between two processes, and of none of its jumps', () => {
    const hour = 3_600_000;
    const grew = { ...state, grewAtMs: 2_000 };
    const store = imaginedStore();
    // The first counts from 0 on and was set an hour back; the next one began a minute later and counts anew.
    memoryIn(store, at(3_000, 3_000 - hour)).keep(web, settings, grew, true);
    const next = memoryIn(store, at(500_000, 63_000 - hour)).recall(web, settings);
    expect(next).toEqual({ ...grew, grewAtMs: 439_000, gaveUpAtMs: [437_500], wanted: [{ atMs: 498_000, size: 6 }] });
    // Set back between the two: nobody knows for how long nobody looked, and it is not less than nothing.
    const back = memoryIn(store, at(500_000, -2 * hour)).recall(web, settings);
    expect(back).toMatchObject({ grewAtMs: 499_000, wanted: [{ atMs: 498_000, size: 6 }] });
  });

  test('begins empty, and when it is of another version', () => {
    const store = imaginedStore();
    expect(memoryIn(store, at(0)).recall(web, settings)).toEqual(beginning);
    store.keep('scale/web', JSON.stringify({ version: 0, atMs: 0, state: { old: true } }));
    expect(memoryIn(store, at(0)).recall(web, settings)).toEqual(beginning);
  });
});

describe('the budget', () => {
  const nowMs = Date.parse('2026-06-15T12:00:00Z');
  const create = (count: number) =>
    ({ kind: 'grow', actions: [{ kind: 'create', count }], says: '' }) as unknown as ScaleDecision;

  function treasurer(budget: string | undefined, stays: readonly MachineStay[] = [], there: readonly string[] = []) {
    const overflow = { count: 10, site: 'east', flavour: 'hourly' };
    const shop = shopWith({
      flavours: { hourly: { cores: '2 cores', memory: '4GB', price: '1 EUR/hour' } },
      pools: { web: { overflow } },
      ...(budget !== undefined && { objectives: { budget } }),
    });
    const its = { ...settings, billing: { periodMs: hourMs, marginMs: 180_000 } };
    const pilot = {
      drivers: new Map(),
      machines: () => there.map((name) => ({ name, pool: web, part: 'overflow' }) as unknown as ActualMachine),
    };
    const paidSinceMs = (name: MachineName) => stays.find(({ machine }) => machine === name)?.fromMs;
    const known = { catchUp: () => undefined, all: () => stays, paidSinceMs };
    return {
      shop,
      treasurer: createTreasurer({ blueprint: shop }, new Map([[web, its]]), pilot, known, {
        now: () => nowMs,
        wall: () => nowMs,
      }),
    };
  }
  const basePerMonth = () => {
    const { shop } = treasurer(undefined);
    return Object.values(shop.pools).reduce(
      (sum, { base }) => sum + base.count * shop.flavours[base.flavour]!.price.perHour * 730,
      0,
    );
  };
  const budgetFor = (hours: number) => `${(basePerMonth() + hours).toFixed(3)} EUR/month`;
  const stay = (name: string, fromMs: number, toMs?: number): MachineStay => ({
    ...{ machine: name as MachineName, flavour: 'hourly' as FlavourName, fromMs },
    ...(toMs !== undefined && { toMs }),
  });

  test('that nobody set limits nothing', () => {
    expect(treasurer(undefined).treasurer.affordable(web, nowMs)).toBeUndefined();
  });

  test('pays for what is left after the base and what was paid this month', () => {
    expect(treasurer(budgetFor(6)).treasurer.affordable(web, nowMs)).toBe(6);
    const paid = [stay('web-x1', nowMs - 5 * hourMs, nowMs - 3 * hourMs), stay('web-x2', nowMs - 1_000)];
    expect(treasurer(budgetFor(6), paid, ['web-x2']).treasurer.affordable(web, nowMs)).toBe(1 + 3);
  });

  test('what one pool was promised in a turn another one has not', () => {
    const { treasurer: one } = treasurer(budgetFor(6));
    one.promise(web, create(4), nowMs);
    expect(one.affordable(web, nowMs)).toBe(2);
    one.nextTurn();
    expect(one.affordable(web, nowMs)).toBe(6);
  });
});
