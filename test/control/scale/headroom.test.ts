/** How much room, and how many warm machines, a growth asks for: the figures of SoFoot. */
import { expect, test } from 'vitest';
import { headroomFor } from '../../../src/control/scale/headroom.ts';
import { settings } from './pool.ts';

const growth = { peak: 3000, times: 3, withinMs: 20_000 };
const warmMs = 100;

test.each<[string, object, number, object]>([
  // 1,000 before; after 2.1 s it is 1,210; after 4 s 1,400: three machines serve 1,350, so one waits.
  ['a machine comes in 2 s', growth, 2_000, { fill: 0.83, warm: 1 }],
  // After 22 s all of it is there: 3,000 are 3 × 450 and 5 × 350.
  ['a machine comes in 20 s', growth, 20_000, { fill: 0.83, warm: 5 }],
  ['a machine comes in 20 min', growth, 1_200_000, { fill: 0.83, warm: 5 }],
  [
    'it comes within an hour: machines are made as it comes',
    { ...growth, withinMs: 3_600_000 },
    20_000,
    { fill: 1, warm: 0 },
  ],
  ['it is there at once: there is no time for anything', { ...growth, withinMs: 0 }, 2_000, { fill: 0.33, warm: 0 }],
])('%s', (_, wanted, coldMs, expected) => {
  const { fill, warm } = headroomFor(wanted as typeof growth, settings.fleet, { sightMs: 2_000, warmMs, coldMs });
  expect({ fill: Math.round(fill * 100) / 100, warm }).toEqual(expected);
});
