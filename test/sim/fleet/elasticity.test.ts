/** The measures of SPEC, each case computed by hand. */
import { expect, test } from 'vitest';
import { createElasticity, type Elasticity } from '../../../src/sim/fleet/elasticity.ts';

type Second = readonly [needed: number, supply: number];
const none: Elasticity = { thetaU: 0, thetaO: 0, tauU: 0, tauO: 0, upsilon: 0 };

test.each<[string, readonly Second[], Partial<Elasticity>]>([
  ['no time', [], {}],
  ['always right', [[4, 4], [5, 5], [3, 3]], {}], // prettier-ignore
  // A quarter of the demand lacked for a half of the time.
  ['too few', [[4, 3], [4, 4]], { thetaU: 12.5, tauU: 50, upsilon: 50 }], // prettier-ignore
  // 1/4 and 4/4 too much, in two of four seconds.
  ['too many', [[4, 5], [4, 8], [4, 4], [4, 4]], { thetaO: 31.25, tauO: 50, upsilon: 50 }], // prettier-ignore
  // Lacking 2 of 4 and 2 of 8: relative to what was needed then.
  ['first too few, then too many', [[4, 2], [8, 6], [4, 6]], { thetaU: 25, tauU: 200 / 3, thetaO: 50 / 3, tauO: 100 / 3, upsilon: 100 / 3 }], // prettier-ignore
  ['nothing comes: one machine is taken to be needed', [[0, 1], [0, 3]], { thetaO: 100, tauO: 50, upsilon: 50 }], // prettier-ignore
])('%s', (_, seconds, wanted) => {
  const elasticity = createElasticity();
  for (const [needed, supply] of seconds) elasticity.second(needed, supply);
  const measured = elasticity.measured();
  for (const key of ['thetaU', 'thetaO', 'tauU', 'tauO', 'upsilon'] as const)
    expect([key, measured[key]]).toEqual([key, expect.closeTo({ ...none, ...wanted }[key], 9)]);
});
