/** A whole play: the same from the same seed, and each entity with a chance of its own. */
import { describe, expect, test } from 'vitest';
import { following, type Decider } from '../../../src/sim/fleet/decider.ts';
import { demandOf } from '../../../src/sim/fleet/demand.ts';
import { play, type PlaySettings } from '../../../src/sim/fleet/play.ts';
import { peers, staticAt } from '../../../src/sim/policies/index.ts';

const settings: PlaySettings = {
  ...{ capacity: 100, base: 1, begins: 4, patienceMs: 10_000, billedMs: 0, startMs: 0 },
  ...{ readyAfterMs: 20_000, spread: 1.5, leavesAfterMs: 1000 },
};
const limits = { target: 0.7, least: 1, most: 50 };
const step = demandOf([
  { kind: 'hold', perSecond: 250, forMs: 120_000 },
  { kind: 'ramp', fromPerSecond: 250, toPerSecond: 750, overMs: 20_000 },
  { kind: 'hold', perSecond: 750, forMs: 160_000 },
]);
const hpa = () => following(peers[0]!, limits, settings.capacity);
const fixed = (size: number) => following(staticAt(`${size}`, '', size), limits, settings.capacity);
const played = (seed: number, decider: Decider = hpa(), more: Partial<PlaySettings> = {}) =>
  play(step, decider, { ...settings, ...more }, seed);

describe('chance', () => {
  test('the same seed is the same, to the last byte', () => {
    expect(JSON.stringify(played(7))).toBe(JSON.stringify(played(7)));
  });

  test('another seed is another evening', () => {
    expect(played(8).requests).not.toEqual(played(7).requests);
  });

  test('who comes does not depend on how many machines there are, or on how long they take', () => {
    const sent = [played(7), played(7, fixed(2)), played(7, fixed(20)), played(7, hpa(), { spread: 1 })];
    expect(new Set(sent.map(({ requests }) => requests.sent)).size).toBe(1);
  });

  test('what a second has does not depend on those that come after it', () => {
    const begun = (seconds: number) => {
      const came: number[] = [];
      const decider: Decider = { name: 'counts', turn: (demand) => (came.push(demand), []) };
      play({ ...step, perSecond: step.perSecond.subarray(0, seconds) }, decider, settings, 3);
      return came;
    };
    expect(begun(50)).toEqual(begun(300).slice(0, 50));
  });
});

describe('what is measured', () => {
  const steady = demandOf([{ kind: 'hold', perSecond: 390, forMs: 3_600_000 }]);

  test('machines that are just enough lack nothing, and cost their hours', () => {
    const { elasticity, requests, machineHours, billedHours, mostMachines } = play(steady, fixed(4), settings, 1);
    expect(elasticity).toEqual({ thetaU: 0, thetaO: 0, tauU: 0, tauO: 0, upsilon: 0 });
    expect({ machineHours, billedHours, mostMachines }).toEqual({ machineHours: 4, billedHours: 4, mostMachines: 4 });
    expect(requests.lost).toBe(0);
    expect(requests.sent / 3600).toBeCloseTo(390, -1);
  });

  test('half of what is needed loses half, and who is served waits as long as visitors do', () => {
    const half = play(steady, fixed(2), { ...settings, begins: 2 }, 1);
    expect(half.elasticity).toMatchObject({ thetaU: 50, tauU: 100, thetaO: 0 });
    expect(half.requests.lost / half.requests.sent).toBeCloseTo(1 - 200 / 390, 1);
    expect(half.requests.p99Ms).toBeGreaterThan(9_500);
  });

  test('a machine that leaves is paid for from the start to its end, in the periods that are billed', () => {
    const leaves: Decider = {
      name: 'leaves',
      turn: (_, machines, nowMs) => (nowMs === 600_000 ? [{ kind: 'destroy', machine: machines.at(-1)!.name }] : []),
    };
    const two = { ...settings, begins: 2 };
    expect(play(steady, leaves, two, 1)).toMatchObject({ machineHours: 1 + 1 / 6, billedHours: 1 + 1 / 6 });
    expect(play(steady, leaves, { ...two, billedMs: 3_600_000 }, 1)).toMatchObject({ billedHours: 2 });
  });

  test('the picture has at most 600 points: the most that came, the least that served', () => {
    const { points } = played(1);
    expect(points).toHaveLength(300);
    expect(points[0]).toEqual({ second: 0, demand: 250, supply: 400 });
    expect(play(steady, fixed(4), settings, 1).points).toHaveLength(600);
  });

  test('of nothing there is nothing', () => {
    const none = play({ perSecond: new Float64Array(0), isDrawn: true }, fixed(4), settings, 1);
    expect(none).toMatchObject({ machineHours: 0, requests: { sent: 0, lost: 0, p50Ms: 0, p99Ms: 0 }, points: [] });
  });
});
