/** Traffic of any shape, for properties. */
import fc from 'fast-check';
import type { Shape } from '../../../src/rehearse/load/traffic.ts';

const rate = fc.integer({ min: 0, max: 500 });
const time = fc.integer({ min: 100, max: 20_000 });

const shape: fc.Arbitrary<Shape> = fc.oneof(
  fc.record({ kind: fc.constant('hold' as const), perSecond: rate, forMs: time }),
  fc.record({ kind: fc.constant('ramp' as const), fromPerSecond: rate, toPerSecond: rate, overMs: time }),
  fc.record({
    kind: fc.constant('trace' as const),
    requests: fc.array(fc.nat(5000), { minLength: 1, maxLength: 20 }),
    binMs: time,
    peakPerSecond: rate,
    compress: fc.integer({ min: 1, max: 20 }),
  }),
);

export const traffics = fc.array(shape, { maxLength: 5 });
