import { expect, test } from 'vitest';
import { stolenMs } from '../../../src/rehearse/load/stolen.ts';

test('what a hypervisor gave to others stands eighth on the line of all cores', () => {
  expect(stolenMs('cpu  132 0 173 432 12 0 53 345 0 0\ncpu0 66 0 86 216 6 0 26 172 0 0\n')).toBe(3450);
  expect(stolenMs('cpu 1 2 3 4\n')).toBe(0);
});
