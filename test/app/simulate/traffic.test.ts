/** Traffic against Spillway's controller and the policies of others, with the settings that a blueprint would give. */
import { expect, test } from 'vitest';
import { headroomOf, simulatePeers, simulateTraffic, type TrafficOptions } from '../../../src/app/simulate/traffic.ts';
import { demandOf } from '../../../src/sim/fleet/demand.ts';

const options: TrafficOptions = {
  demand: demandOf([
    { kind: 'hold', perSecond: 1000, forMs: 300_000 },
    { kind: 'ramp', fromPerSecond: 1000, toPerSecond: 3000, overMs: 20_000 },
    { kind: 'hold', perSecond: 3000, forMs: 280_000 },
  ]),
  ...{ capacity: 100, readyAfterMs: 60_000, spread: 1, base: 1, most: 1000, holdInMs: 60_000, billedMs: 0 },
  ...{ target: 0.7, startMs: 0, patienceMs: 10_000 },
};
const growth = { times: 3, withinMs: 20_000 };

test('a growth that was stated finds machines that wait, and nothing is lost', () => {
  expect(headroomOf(options)).toBeUndefined();
  expect(headroomOf({ ...options, growth })?.warm).toBeGreaterThan(10);
  const played = simulateTraffic({ ...options, growth }, 1);
  expect(played).toMatchObject({ requests: { lost: 0 }, elasticity: { thetaU: 0 }, violations: [] });
});

test('one that comes unannounced is followed as fast as machines come, and faster than a loop of 15 s', () => {
  const own = simulateTraffic(options, 1);
  const hpa = simulatePeers(options, 1).find(({ name }) => name === 'hpa');
  expect(own.violations).toEqual([]);
  expect(own.elasticity.thetaU).toBeGreaterThan(0);
  expect(own.elasticity.thetaU).toBeLessThan(hpa!.elasticity.thetaU);
  expect(own.requests.lost).toBeLessThan(hpa!.requests.lost);
});

test('all meet the same visitors', () => {
  const sent = [simulateTraffic(options, 4), ...simulatePeers(options, 4)].map(({ requests }) => requests.sent);
  expect(new Set(sent).size).toBe(1);
});

test('the beginning alone is what it is when all is played: the peak to come still counts', () => {
  const cut = { ...options.demand, perSecond: options.demand.perSecond.subarray(0, 100) };
  const beginning = simulateTraffic({ ...options, growth, seconds: 100 }, 1);
  const asIfNoPeakCame = simulateTraffic({ ...options, growth, demand: cut }, 1);
  const whole = simulateTraffic({ ...options, growth, seconds: 300 }, 1);
  expect(beginning.mostMachines).toBe(whole.mostMachines);
  expect(beginning.mostMachines).not.toBe(asIfNoPeakCame.mostMachines);
  expect(beginning.points).toEqual(whole.points.slice(0, 100));
});
