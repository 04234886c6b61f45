/** Of a planned move that does not come to its end nothing is left: not on the machine, and not in the server. */
import { expect, test } from 'vitest';
import { noAssets, noPrimacies } from '../../../src/blueprint/platform.ts';
import type { MachineName } from '../../../src/model/ids.ts';
import { wanted } from '../../../src/plan/make-plan.ts';
import { failoverPools } from '../../../src/roles/failover-pools.ts';
import { failoverHands, type FailoverWork } from '../../../src/runtime/failover/failover-hands.ts';
import { noInventories } from '../../plan/imagined.ts';
import { shopWith } from '../../plan/shop.ts';

const shop = shopWith({ addresses: { db: { network: 'private', pool: 'database' } } });
const { platform } = wanted(shop, noAssets, noInventories, noPrimacies);
const [pool] = failoverPools(platform);
const db = (ordinal: number) => `database-${ordinal}` as MachineName;

/** `fails`: what stands in the script that does not come to an end. */
function world(fails: string) {
  const asked: { machine: string; script: string; timeoutMs: number }[] = [];
  const hosts = {
    async change({ machine }: { machine: string }, script: string, timeoutMs: number) {
      asked.push({ machine, script, timeoutMs });
      if (script.includes(fails)) throw new Error('did not come to an end');
      return { stdout: 'written\t0-1-7\n', stderr: '', exitCode: 0 };
    },
  };
  const machines = platform.machines.map(({ name }) => ({ actual: { name, state: 'running', reach: {} } }));
  const work = {
    pool,
    overflowing: { hosts, store: { append: () => 1 }, clock: { now: () => 0 }, blueprint: shop },
    watch: { told: new Map() },
    sight: { now: () => ({ machines, addresses: [] }) },
  };
  return { hands: failoverHands(work as unknown as FailoverWork), asked };
}

const handingOver = (fails: string) => {
  const { hands, asked } = world(fails);
  return { asked, ended: hands.handOver(db(1), db(2)) };
};

test('nobody heard whether the primary rests: it is told to take writes again', async () => {
  const { asked, ended } = handingOver('set global read_only = 1');
  await expect(ended).rejects.toThrow('did not come to an end');
  expect(asked.map(({ machine }) => machine)).toEqual([db(1), db(1)]);
  expect(asked[1]?.script).toContain('set global read_only = 0');
});

test('its successor does not catch up: likewise', async () => {
  const { asked, ended } = handingOver('master_gtid_wait');
  await expect(ended).rejects.toThrow();
  expect(asked.map(({ machine }) => machine)).toEqual([db(1), db(2), db(1)]);
});

test('each of them ends on the machine, and each statement in the server, before the session is given up', async () => {
  const { asked, ended } = handingOver('nothing of this');
  await ended;
  expect(asked.length).toBe(2);
  for (const { script, timeoutMs } of asked) {
    const onMachine = Number(/^timeout -k 1 (\S+) sh -s/.exec(script)?.[1]) * 1_000;
    const inServer = Number(/max_statement_time = (\d+), lock_wait_timeout = \1/.exec(script)?.[1]) * 1_000;
    expect(onMachine).toBeLessThan(timeoutMs - 1_000);
    expect(inServer).toBeLessThan(onMachine);
  }
});
