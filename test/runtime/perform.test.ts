/** How a plan is performed: what waits for what, what goes on after a failure, and what the journal then says. */
import { describe, expect, test } from 'vitest';
import type {
  EngineName,
  ImageKey,
  MachineName,
  NetworkName,
  PlatformName,
  SiteName,
  StepId,
} from '../../src/model/ids.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import type { Engine } from '../../src/ports/engine.ts';
import { perform } from '../../src/runtime/perform.ts';
import { imaginedStore } from '../../src/sim/imagined-store.ts';
import { imaginedVault } from '../../src/sim/imagined-vault.ts';

/** A step that makes a network; what it does is up to the test. */
function step(id: string, ...after: string[]): Step {
  return {
    id: id as StepId,
    kind: 'create-network',
    engine: 'lab' as EngineName,
    network: {
      platform: 'shop' as PlatformName,
      name: id as NetworkName,
      kind: 'private',
      cidr: '10.8.0.0/24',
      sites: ['east' as SiteName],
    },
    reason: { code: 'missing', says: 'is not there' },
    after: after as StepId[],
  };
}

const planOf = (...steps: Step[]): Plan => ({
  steps,
  cost: { currency: 'EUR', nowPerHour: 0, thenPerHour: 0, fullPerHour: 0 },
  findings: [],
  headroom: [],
  losses: [],
});

/** Performs the plan with work that ends when the test says so. */
function begin(plan: Plan) {
  const open = new Map<string, { readonly end: () => void; readonly fail: (error: unknown) => void }>();
  const store = imaginedStore();
  const stop = new AbortController();
  const happened: string[] = [];
  const engine = {
    ensureNetwork: ({ name }: { name: string }) =>
      new Promise<void>((end, fail) => {
        open.set(name, { end, fail });
      }),
  } as unknown as Engine;
  let nowMs = 0;
  const done = perform(plan, {
    platform: 'shop' as PlatformName,
    engines: new Map([['lab' as EngineName, engine]]),
    hosts: {} as never,
    store,
    vault: imaginedVault(),
    clock: { now: () => nowMs++, wall: () => nowMs, sleep: async () => undefined },
    run: 'up-1',
    signal: stop.signal,
    progress: (event) => happened.push(`${event.kind} ${event.step.id}`),
  });
  done.catch(() => undefined);
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    done,
    store,
    stop,
    happened,
    /** What runs now. */
    async running() {
      await settle();
      return [...open.keys()].sort();
    },
    async end(...names: string[]) {
      await settle();
      for (const name of names) {
        open.get(name)!.end();
        open.delete(name);
      }
    },
    async fail(name: string, error: unknown = new Error(`${name} failed`)) {
      await settle();
      open.get(name)!.fail(error);
      open.delete(name);
    },
    journal: () => store.journal.map(({ kind, subject }) => `${kind} ${subject}`),
  };
}

describe('order', () => {
  test('what waits for nothing begins at once, the rest as soon as all that it waits for has ended', async () => {
    const work = begin(planOf(step('a'), step('b'), step('c', 'a'), step('d', 'a', 'b'), step('e', 'd')));
    expect(await work.running()).toEqual(['a', 'b']);
    await work.end('a');
    expect(await work.running()).toEqual(['b', 'c']);
    await work.end('b');
    expect(await work.running()).toEqual(['c', 'd']);
    await work.end('d');
    expect(await work.running()).toEqual(['c', 'e']);
    await work.end('c', 'e');
    await work.done;
    expect(await work.running()).toEqual([]);
  });

  test('a step may stand before what it waits for', async () => {
    const work = begin(planOf(step('late', 'early'), step('early')));
    expect(await work.running()).toEqual(['early']);
    await work.end('early');
    expect(await work.running()).toEqual(['late']);
    await work.end('late');
    await work.done;
  });

  test('twelve at once, and a new one as each ends', async () => {
    const names = Array.from({ length: 15 }, (_, index) => `step-${String(index).padStart(2, '0')}`);
    const work = begin(planOf(...names.map((name) => step(name))));
    expect(await work.running()).toEqual(names.slice(0, 12));
    await work.end('step-03');
    expect(await work.running()).toEqual([...names.slice(0, 3), ...names.slice(4, 13)]);
    await work.end(...(await work.running()));
    await work.end(...(await work.running()));
    await work.done;
  });

  test('an empty plan is performed', async () => {
    await begin(planOf()).done;
  });

  test('steps that wait for one another are a bug, and not taken for done', async () => {
    const work = begin(planOf(step('a'), step('b', 'c'), step('c', 'b')));
    await work.end('a');
    await expect(work.done).rejects.toThrow('these steps wait for one another: b, c');
  });
});

describe('a step fails', () => {
  test('what does not depend on it goes on, what does never begins, and the failure is told', async () => {
    const work = begin(
      planOf(step('a'), step('b'), step('after-a', 'a'), step('after-b', 'b'), step('later', 'after-a')),
    );
    await work.fail('a', new Error('no space left'));
    await work.end('b');
    expect(await work.running()).toEqual(['after-b']);
    await work.end('after-b');
    await expect(work.done).rejects.toThrow('no space left');
    expect(work.journal()).toEqual([
      'step-began a',
      'step-began b',
      'step-failed a',
      'step-ended b',
      'step-began after-b',
      'step-ended after-b',
    ]);
  });

  test('of several failures the first is told, and each is in the journal', async () => {
    const work = begin(planOf(step('a'), step('b')));
    await work.fail('b');
    await work.running();
    await work.fail('a');
    await expect(work.done).rejects.toThrow('b failed');
    const failed = work.store.journal.filter(({ kind }) => kind === 'step-failed');
    expect(failed.map(({ subject, detail }) => [subject, detail.error])).toEqual([
      ['b', 'b failed'],
      ['a', 'a failed'],
    ]);
  });
});

describe('stopped by hand', () => {
  test('what runs may end, nothing begins, and it says how many are left', async () => {
    const work = begin(planOf(step('a'), step('b', 'a'), step('c', 'b')));
    await work.running();
    work.stop.abort();
    await work.end('a');
    await expect(work.done).rejects.toMatchObject({
      code: 'interrupted',
      message: 'stopped by hand, with 2 steps left',
      mend: 'run the command again: it goes on where it was',
    });
    expect(work.journal()).toEqual(['step-began a', 'step-ended a']);
  });

  test('before it began: nothing begins', async () => {
    const stopped = AbortSignal.abort();
    const store = imaginedStore();
    const work = perform(planOf(step('a')), {
      ...{ platform: 'shop' as PlatformName, engines: new Map(), hosts: {} as never, vault: imaginedVault() },
      ...{
        store,
        clock: { now: () => 0, wall: () => 0, sleep: async () => undefined },
        run: 'up-1',
        progress: () => undefined,
      },
      signal: stopped,
    });
    await expect(work).rejects.toMatchObject({ code: 'interrupted' });
    expect(store.journal).toEqual([]);
  });

  test('during the last step: it is done', async () => {
    const work = begin(planOf(step('a')));
    await work.running();
    work.stop.abort();
    await work.end('a');
    await work.done;
  });

  test('a failure is told rather than the stop', async () => {
    const work = begin(planOf(step('a'), step('b', 'a')));
    await work.running();
    work.stop.abort();
    await work.fail('a');
    await expect(work.done).rejects.toThrow('a failed');
  });
});

describe('the journal', () => {
  test('each step as it began, with the reason, and as it ended, with its time', async () => {
    const work = begin(planOf(step('a')));
    await work.end('a');
    await work.done;
    expect(work.store.journal).toEqual([
      {
        id: 1,
        atMs: 1,
        run: 'up-1',
        kind: 'step-began',
        subject: 'a',
        reason: 'is not there',
        detail: { kind: 'create-network', network: 'a', visibility: 'private', cidr: '10.8.0.0/24', sites: ['east'] },
      },
      {
        id: 2,
        atMs: 3,
        run: 'up-1',
        kind: 'step-ended',
        subject: 'a',
        reason: 'is not there',
        detail: { kind: 'create-network', tookMs: 2 },
      },
    ]);
  });

  test('a step is in it before it begins, so that a killed controller is seen to have begun it', async () => {
    const work = begin(planOf(step('a')));
    expect(await work.running()).toEqual(['a']);
    expect(work.journal()).toEqual(['step-began a']);
    await work.end('a');
    await work.done;
  });

  test('who watches hears the same', async () => {
    const work = begin(planOf(step('a'), step('b')));
    await work.fail('a');
    await work.end('b');
    await expect(work.done).rejects.toThrow();
    expect(work.happened).toEqual(['began a', 'began b', 'failed a', 'ended b']);
  });
});

test('each kind of step asks the engine for what it says, in this order', async () => {
  const asked: string[] = [];
  const note = (verb: string) => (first: unknown, second?: unknown) => {
    const named = [first, second].map((one) => (one as { name?: string } | undefined)?.name ?? one);
    const name = typeof named[1] === 'string' && named[1] !== '' ? named[1] : named[0];
    asked.push(`${verb} ${String(name)}`);
    return Promise.resolve();
  };
  const verbs = ['ensureImage', 'ensureNetwork', 'removeNetwork', 'createMachine', 'startMachine', 'powerOff'];
  const more = ['removeMachine', 'commission', 'ensureAddress', 'removeAddress'];
  const engine = {
    ...Object.fromEntries([...verbs, ...more].map((verb) => [verb, note(verb)])),
    list: async () => ({ machines: [{ name: 'web-1', reach: { host: '100.64.0.2', port: 22 } }] }),
  } as unknown as Engine;
  const lab = 'lab' as EngineName;
  const machine = 'web-1' as MachineName;
  const any = { engine: lab, reason: { code: 'test', says: 'test' } };
  const network = { name: 'lan' as NetworkName };
  const order = { name: machine, flavour: { name: 'small' } };
  const address = { name: 'www' };
  const steps = [
    { ...any, kind: 'build-image', image: 'image' as ImageKey, packages: ['nginx'] },
    { ...any, kind: 'create-network', network },
    { ...any, kind: 'replace-network', network },
    { ...any, kind: 'remove-network', network: network.name },
    { ...any, kind: 'create-address', address },
    { ...any, kind: 'remove-address', address: address.name },
    { ...any, kind: 'create-machine', machine: order },
    { ...any, kind: 'replace-machine', machine: order },
    { ...any, kind: 'start-machine', machine },
    { ...any, kind: 'restart-machine', machine },
    { ...any, kind: 'remove-machine', machine },
    { ...any, kind: 'commission-machine', machine },
    { ...any, kind: 'configure', machine, role: 'web', changes: [] },
  ].map((one, index) => ({
    ...one,
    id: `step-${index}` as StepId,
    after: index === 0 ? [] : [`step-${index - 1}` as StepId],
  })) as unknown as Step[];
  await perform(planOf(...steps), {
    platform: 'shop' as PlatformName,
    engines: new Map([[lab, engine]]),
    hosts: {
      apply: async ({ host }: { host: string }, role: string) => void asked.push(`apply ${role} at ${host}`),
      forget: (name: string) => void asked.push(`forget ${name}`),
    } as never,
    store: imaginedStore(),
    vault: imaginedVault(),
    clock: { now: () => 0, wall: () => 0, sleep: async () => undefined },
    run: 'up-1',
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  expect(asked).toEqual([
    'ensureImage nginx',
    'ensureNetwork lan',
    'removeNetwork lan',
    'ensureNetwork lan',
    'removeNetwork lan',
    'ensureAddress www',
    'removeAddress www',
    'createMachine web-1',
    'forget web-1',
    'removeMachine web-1',
    'createMachine web-1',
    'forget web-1',
    'startMachine web-1',
    'forget web-1',
    'powerOff web-1',
    'startMachine web-1',
    'forget web-1',
    'removeMachine web-1',
    'commission web-1',
    'apply web at 100.64.0.2',
  ]);
});
