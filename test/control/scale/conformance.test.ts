/** What every rule promises, whatever it is made of. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asTimeRuns } from '../../../src/control/scale/calendar.ts';
import type { Rule } from '../../../src/control/scale/rule.ts';
import { rules, type RuleSettings } from '../../../src/control/scale/rules/index.ts';
import { base, observed, settings } from './pool.ts';

const tried: Required<RuleSettings> = {
  target: { cpu: 0.7, concurrency: 5, queue: 1 },
  schedule: {
    timeZone: 'Europe/Paris',
    entries: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '10:00', until: '12:00', size: 5 }],
  },
  burst: { growth: 3 },
  forecast: { aheadMs: 600_000, timeZone: 'Europe/Paris' },
};

const line = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 900_000 }),
    demand: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 100 },
);

describe.each(Object.entries(rules))('%s', (name, rule) => {
  const one = rule as unknown as Rule<unknown, unknown>;
  const wanted = tried[name as keyof typeof tried];
  const all = (
    moments: readonly { afterMs: number; demand: number | undefined }[],
    between: (state: unknown) => unknown,
  ) => {
    let state = one.begin();
    let nowMs = 0;
    return moments.map(({ afterMs, demand }) => {
      nowMs += afterMs;
      const seen = observed(demand, base, nowMs);
      const before = JSON.stringify(state);
      const result = one.propose(wanted, state, {
        nowMs,
        calendar: asTimeRuns(nowMs),
        seen,
        fleet: settings.fleet,
        size: 3,
        fill: 0.75,
        readyMs: 2000,
      });
      expect(JSON.stringify(state)).toBe(before);
      state = between(result.state);
      return result.proposal;
    });
  };

  test('proposes whole machines or none, says why, and leaves what it is given as it is', () => {
    fc.assert(
      fc.property(line, (moments) => {
        for (const proposal of all(moments, (state) => state)) {
          expect(proposal.rule).toBe(name);
          expect(proposal.says).not.toBe('');
          if (proposal.size !== undefined) expect(Number.isSafeInteger(proposal.size) && proposal.size >= 0).toBe(true);
          for (const value of Object.values(proposal.inputs)) expect(Number.isFinite(value)).toBe(true);
        }
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  test('goes on alike from a state that was written down and read again', () => {
    const throughJson = (state: unknown) => JSON.parse(JSON.stringify(state)) as unknown;
    fc.assert(
      fc.property(line, (moments) => {
        expect(all(moments, throughJson)).toEqual(all(moments, (state) => state));
      }),
      { seed: 4, numRuns: 50 },
    );
  });
});
