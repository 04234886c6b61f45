/** A valid blueprint comes true: plan, perform, and the next plan is empty, whatever happened on the way. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Blueprint } from '../../src/blueprint/schema.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import { interrupted } from '../../src/runtime/perform.ts';
import { stateOf } from '../../src/sim/imagined-machine.ts';
import { ImaginedFailure, partOf, type Fate } from '../../src/sim/imagined-world.ts';
import { blueprintOf, imagine, upWorld, type Imagined, type Trial } from './imagined.ts';
import { randomBlueprint } from './random-platform.ts';

/** Some 10 ms a run. `PROPERTY_RUNS=5000` looks longer, `PROPERTY_SEED` elsewhere. */
const runs = {
  numRuns: Number(process.env.PROPERTY_RUNS ?? 60),
  seed: Number(process.env.PROPERTY_SEED ?? 20261121),
};
vi.setConfig({ testTimeout: Math.max(60_000, 200 * runs.numRuns) });

test('from nothing', async () => {
  await fc.assert(
    fc.asyncProperty(randomBlueprint, async (source) => {
      const blueprint = blueprintOf(source);
      const imagined = imagine();
      expectSound(await imagined.plan(blueprint));
      await imagined.settle(blueprint);
      await expectTrue(imagined, blueprint);
    }),
    runs,
  );
});

test('from any other platform', async () => {
  await fc.assert(
    fc.asyncProperty(randomBlueprint, randomBlueprint, async (from, to) => {
      const blueprint = blueprintOf(to);
      const imagined = imagine(upWorld(blueprintOf(from)));
      expectSound(await imagined.plan(blueprint));
      await imagined.settle(blueprint);
      await expectTrue(imagined, blueprint);
    }),
    runs,
  );
});

const fate = fc.constantFrom<Fate>('fails-before', 'fails-midway', 'fails-after');

test('from any other platform, although one call fails, in any way', async () => {
  await fc.assert(
    fc.asyncProperty(
      randomBlueprint,
      randomBlueprint,
      fc.integer({ min: 1, max: 60 }),
      fate,
      async (from, to, at, how) => {
        const blueprint = blueprintOf(to);
        const imagined = imagine(upWorld(blueprintOf(from)));
        const fates = ({ number }: { number: number }): Fate => (number === at ? how : 'well');
        await carryOutAsFarAsPossible(imagined, await imagined.plan(blueprint), { fates });
        await imagined.settle(blueprint, 3);
        await expectTrue(imagined, blueprint);
      },
    ),
    runs,
  );
});

test('from any other platform, although everything fails from some call on', async () => {
  await fc.assert(
    fc.asyncProperty(
      randomBlueprint,
      randomBlueprint,
      fc.integer({ min: 1, max: 60 }),
      fate,
      async (from, to, at, how) => {
        const blueprint = blueprintOf(to);
        const imagined = imagine(upWorld(blueprintOf(from)));
        const fates = ({ number }: { number: number }): Fate =>
          number === at ? how : number > at ? 'fails-before' : 'well';
        await carryOutAsFarAsPossible(imagined, await imagined.plan(blueprint), { fates });
        await imagined.settle(blueprint, 3);
        await expectTrue(imagined, blueprint);
      },
    ),
    runs,
  );
});

test('from any other platform, although it is stopped by hand at any step', async () => {
  await fc.assert(
    fc.asyncProperty(randomBlueprint, randomBlueprint, fc.integer({ min: 1, max: 60 }), async (from, to, at) => {
      const blueprint = blueprintOf(to);
      const imagined = imagine(upWorld(blueprintOf(from)));
      const stop = new AbortController();
      let begun = 0;
      const progress: Trial['progress'] = ({ kind }) => {
        if (kind === 'began' && ++begun === at) stop.abort();
      };
      await carryOutAsFarAsPossible(imagined, await imagined.plan(blueprint), { signal: stop.signal, progress });
      await imagined.settle(blueprint, 3);
      await expectTrue(imagined, blueprint);
    }),
    runs,
  );
});

async function carryOutAsFarAsPossible(imagined: Imagined, plan: Plan, trial: Trial): Promise<void> {
  try {
    await imagined.carryOut(plan, trial);
  } catch (error) {
    const isMeant = error instanceof ImaginedFailure || (error as { code?: unknown }).code === interrupted(0).code;
    if (!isMeant) throw error;
  }
}

/** Ids are unique, and what a step waits for stands in the plan, before it in some order. */
function expectSound({ steps }: Plan): void {
  const waiting = new Map(steps.map((step) => [step.id, step]));
  expect(waiting.size, 'every step has an id of its own').toBe(steps.length);
  const ended = new Set<Step['id']>();
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(({ after }) => after.every((id) => ended.has(id)));
    expect(ready.length, `in a circle: ${[...waiting.keys()].join(' ')}`).toBeGreaterThan(0);
    for (const { id } of ready) {
      waiting.delete(id);
      ended.add(id);
    }
  }
}

/** The world is what the blueprint says, seen without the plan's eyes. */
async function expectTrue({ world, look }: Imagined, blueprint: Blueprint): Promise<void> {
  const { platform, plan } = await look(blueprint);
  expect(plan.steps).toEqual([]);
  const { machines, networks, addresses } = partOf(world, blueprint.platform);
  expect([...machines.keys()].sort()).toEqual(platform.machines.map(({ name }) => name).sort());
  expect([...addresses.keys()].sort()).toEqual(Object.keys(blueprint.addresses).sort());
  for (const machine of machines.values()) {
    expect(stateOf(machine)).toBe('running');
    for (const { network } of machine.actual.interfaces) {
      expect(networks.get(network)).toMatchObject(blueprint.networks[network]!);
    }
  }
  const used = new Set([...machines.values()].flatMap(({ actual }) => actual.interfaces.map(({ network }) => network)));
  expect(new Set(networks.keys())).toEqual(used);
  const ips = [
    ...[...machines.values()].flatMap(({ actual }) => actual.interfaces.map(({ ip }) => ip)),
    ...[...addresses.values()].map(({ ip }) => ip),
  ];
  expect(new Set(ips).size, ips.join(' ')).toBe(ips.length);
}
