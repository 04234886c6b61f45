import { defineConfig } from 'vitest/config';

/**
 * Machines of these are visited, or fail over, and what is counted then is only true on a host that is theirs. Or they
 * come with the load: machines of another platform that boot beside them go first.
 */
const alone = [
  'test/balancer/overload.lab.test.ts',
  'test/erp/*.lab.test.ts',
  'test/failover/*.lab.test.ts',
  'test/rehearse/*.lab.test.ts',
  'test/runtime/balancers.lab.test.ts',
  'test/sofoot/{changes,control,faults,killed,rehearsal,take-over}.lab.test.ts',
  'test/wimi/*.lab.test.ts',
];

const onMachines = {
  // The first test that needs an image builds it: about 70 s on two cores, and more on a slow mirror.
  testTimeout: 300_000,
  hookTimeout: 600_000,
  // What is waited for comes when the host has time for it.
  expect: { poll: { timeout: 60_000 } },
};

/** `fast` needs nothing but Node. `lab` and `lab-alone` run real machines on this host, and so want it for themselves. */
export default defineConfig({
  test: {
    slowTestThreshold: 3000,
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.lab.test.ts'],
          // All cores: by itself Vitest leaves one to others, which on two is half.
          maxWorkers: '100%',
          // Only for what hangs: machines are shared and noisy, and no test fails on being slow.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...onMachines,
          name: 'lab',
          include: ['test/**/*.lab.test.ts'],
          exclude: alone,
          // They wait for machines a third of the time; with three at once a busy host has nothing left.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...onMachines,
          name: 'lab-alone',
          include: alone,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
