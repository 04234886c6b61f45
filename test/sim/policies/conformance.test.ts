/** What every policy keeps to, whoever it is taken from. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { peers, staticAt } from '../../../src/sim/policies/index.ts';
import type { Policy, PolicySight } from '../../../src/sim/policies/policy.ts';
import { capacity, play } from './pool.ts';

const settings = { target: 0.7, least: 1, most: 100 };
/** 700 requests/s at 70 % of 100 requests/s each. */
const right = 10;

/** How full machines may stay, as a share of the target, once all is quiet: each policy's documented tolerance. */
const restsAt: Record<string, [least: number, most: number]> = {
  hpa: [0.9, 1.1],
  keda: [0.9, 1.1],
  nomad: [0.99, 1.01],
  'aws-target': [0.9, 1],
  'aws-predictive': [0.9, 1],
};

const all: readonly Policy<unknown>[] = [...peers, staticAt('static-mean', 'ten machines', right)];

describe.each(all)('$name', (policy) => {
  test('is never out of its limits, nor anything but a whole number', () => {
    const demands = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 20, maxLength: 20 });
    const least = fc.integer({ min: 0, max: 5 });
    fc.assert(
      fc.property(demands, least, fc.integer({ min: 0, max: 90 }), (minutes, fewest, startsIn) => {
        const limited = { ...settings, least: fewest, most: 40 };
        const demand = (second: number) => minutes[Math.floor(second / 60)]!;
        const played = play(policy, { settings: limited, demand, from: 3, startsIn, seconds: 1200 });
        const sizes = [...new Set(played.map(({ size }) => size))];
        expect(sizes.filter((size) => !Number.isInteger(size) || size < fewest || size > 40)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  test.each([0, 1, 5])('a silent pool keeps %i, or the fewest that the policy can keep', (least) => {
    const played = play(policy, { settings: { ...settings, least }, demand: () => 0, from: right, seconds: 3600 });
    const fewest = policy.name.startsWith('static') ? right : policy.name === 'hpa' ? Math.max(1, least) : least;
    expect(played.at(-1)!.size).toBe(fewest);
  });

  test('begins with what it finds, also if nothing serves and nothing is asked', () => {
    const empty: PolicySight = { nowMs: 0, demand: 0, serving: 0, starting: 0, capacity };
    const { size } = policy.look({ ...settings, least: 0 }, policy.begin(settings), empty);
    expect(size).toBeGreaterThanOrEqual(0);
    expect(size).toBeLessThanOrEqual(right);
  });

  test('its state is plain data: read back from JSON it goes on in the same way', () => {
    const readBack: Policy<unknown> = {
      ...policy,
      look: (given, state, sight) => policy.look(given, JSON.parse(JSON.stringify(state)), sight),
    };
    const demand = (second: number) => 700 + 600 * Math.sin(second / 200);
    const played = { settings, demand, from: right, startsIn: 30, seconds: 3000 };
    expect(play(readBack, played)).toEqual(play(policy, played));
    expect(play(policy, played)).toEqual(play(policy, played));
  });

  test('its state stays small for days', () => {
    let state = policy.begin(settings);
    const sight = { demand: 700.123456789, serving: right, starting: 0, capacity };
    for (let second = 0; second < 16 * 86_400; second++)
      ({ state } = policy.look(settings, state, { ...sight, nowMs: second * 1000 }));
    expect(JSON.stringify(state).length).toBeLessThan(10_000);
  });
});

describe.each(peers)('$name', (policy) => {
  const quiet = { settings, demand: () => 700, startsIn: 60, seconds: 2 * 3600 };

  test.each([1, 9, right, 11, 60])('steady demand gives a steady size, from %i', (from) => {
    const last = play(policy, { ...quiet, from }).slice(-1800);
    const sizes = [...new Set(last.map(({ size }) => size))];
    expect(sizes).toHaveLength(1);
    const [least, most] = restsAt[policy.name]!;
    const full = right / sizes[0]!;
    expect(sizes[0] === right || (full >= least && full <= most), `${sizes[0]} machines`).toBe(true);
  });

  test('what is asked for and is not whole is rounded up', () => {
    // 150 / 70 is 2.1: of so few no tolerance allows one more or one less.
    const sizes = play(policy, { ...quiet, demand: () => 150, from: 8 }).map(({ size }) => size);
    expect(sizes.at(-1)).toBe(3);
  });

  test('a step up is followed', () => {
    const played = play(policy, { ...quiet, demand: (second) => (second < 600 ? 700 : 2100), from: right });
    expect(played[599]!.size).toBe(right);
    expect(played.at(-1)!.size).toBeGreaterThanOrEqual(27);
    expect(played.at(-1)!.size).toBeLessThanOrEqual(34);
  });
});
