import { defineConfig } from 'vitest/config';

/** `fast` needs nothing but Node. `lab` runs real machines on this host, and so wants it for itself. */
export default defineConfig({
  test: {
    slowTestThreshold: 3000,
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.lab.test.ts'],
          // Only for what hangs: machines are shared and noisy, and no test fails on being slow.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/**/*.lab.test.ts'],
          fileParallelism: false,
          // The first test that needs an image builds it: about 70 s on two cores, and more on a slow mirror.
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
