/** A scenario that is played with faults by chance. */
import { expect, test } from 'vitest';
import { withChaos } from '../../../src/rehearse/chaos/with-chaos.ts';
import { durationMs } from '../../../src/rehearse/load/traffic.ts';
import { chaosPlayed } from '../../../src/rehearse/verdict/chaos.ts';
import type { RecordedFault } from '../../../src/rehearse/recording.ts';
import { chaosSays } from '../../../src/rehearse/words.ts';
import { blueprint, scenarioNamed } from '../scenario/sofoot.ts';

const chance = { seed: 4, forMs: 300_000 };

test('has the traffic for so long, drawn faults in place of its own, and says from which seed', () => {
  const written = scenarioNamed('primary-lost');
  const { traffic, faults, chaos, ...rest } = withChaos(written, blueprint, chance);
  expect(durationMs(traffic)).toBe(300_000);
  expect(faults.length).toBeGreaterThan(5);
  expect(chaos).toEqual({ ...chance, drawn: faults.length });
  const { traffic: _, faults: __, ...same } = written;
  expect(rest).toEqual(same);
});

test('that ends before its peak is not asked for the peak', () => {
  const written = scenarioNamed('triple-in-20s');
  expect(written.objectives.peakPerSecond).toBe(3000);
  const { objectives } = withChaos(written, blueprint, { seed: 4, forMs: 40_000 });
  expect(objectives.peakPerSecond).toBe(1000);
});

const at = (kind: RecordedFault['kind'], state: RecordedFault['state']): RecordedFault => ({
  ...{ atMs: 0, target: 'web-1', kind, state },
});

test('is told by what was done: how many of what kind, and how many were missed', () => {
  const faults = [
    at('cut', 'began'),
    at('cut', 'ended'),
    at('kill', 'began'),
    at('hide', 'missed'),
    at('kill', 'began'),
  ];
  const played = chaosPlayed({ chaos: { ...chance, drawn: 5 }, faults });
  expect(played).toEqual({ seed: 4, drawn: 5, played: 3, byKind: { kill: 2, cut: 1 }, missed: 1 });
  expect(chaosSays(played!)).toBe('seed 4: 3 faults by chance (2 kill, 1 cut); 1 more could not be done');
});

test('without chance nothing is said of it', () => {
  expect(chaosPlayed({ faults: [at('cut', 'began')] })).toBeUndefined();
});
