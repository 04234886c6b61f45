/** A ledger is kept on a pair of databases while one of them fails: what it measures, what it finds, what it leaves. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { VerdictData } from '../../src/rehearse/verdict/as-data.ts';
import { machinesOf } from '../lab/machines.ts';
import { bringUp, eventually, spillway, spillwayJson, start } from '../lab/spillway.ts';

const platform = 'ledger-test';
const folder = mkdtempSync(join(tmpdir(), 'spillway-ledger-'));

const blueprint = {
  platform: 'pair',
  sites: { a: {}, b: {} },
  networks: { inside: { kind: 'private', cidr: '10.1.0.0/24' } },
  flavours: { small: { cores: '2 cores', memory: '8GB', price: '1 EUR/hour' } },
  pools: {
    client: { roles: {}, networks: ['inside'], base: { count: 1, site: 'a', flavour: 'small' } },
    database: {
      roles: { mariadb: { primary: 'a', replicas: ['b'] } },
      networks: ['inside'],
      base: { count: 2, site: ['a', 'b'], flavour: 'small' },
    },
  },
  flows: [{ from: 'client', to: 'database' }],
  objectives: { rto: '60s', rpo: '0s' },
};

beforeAll(async () => {
  // JSON is YAML.
  writeFileSync(join(folder, 'blueprint.yaml'), JSON.stringify(blueprint));
  await bringUp(platform, join(folder, 'blueprint.yaml'));
});

afterAll(async () => {
  await spillway('down', platform, '--yes');
  rmSync(folder, { recursive: true, force: true });
});

async function rehearse(
  name: string,
  more: object,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<{ code: number | null; verdict: VerdictData }> {
  const path = join(folder, `${name}.yaml`);
  const ledger = { pool: 'database', from: 'client-1', for: '12s' };
  writeFileSync(path, JSON.stringify({ about: 'A database that fails.', watch: '2min', ledger, ...more }));
  const report = join(folder, `${name}.html`);
  const [{ code, stdout, stderr }] = await Promise.all([
    start('rehearse', platform, path, '--json', '--report', report).ended,
    meanwhile(),
  ]);
  expect(stdout, stderr).toContain('"held"');
  return { code, verdict: JSON.parse(stdout) as VerdictData };
}

/** By a session of its own: one from before a crash leads nowhere. */
async function on(machine: string, script: string): Promise<string> {
  const lab = machinesOf(platform);
  try {
    return await lab.on(machine, script);
  } finally {
    lab.close();
  }
}

/** Databases and accounts beyond the server's own, and the heartbeat's. */
const strangers = (machine: string) =>
  on(
    machine,
    `mariadb -BNe "select schema_name from information_schema.schemata where schema_name like 'spillway%' and schema_name <> 'spillway' union select user from mysql.user where user like 'spillway%'"`,
  );

/** Chosen: a replica whose primary lost its power notices after a minute of silence, and follows it again. */
const followsAgainMs = 90_000;

async function leavesNothingOn(...machines: readonly string[]): Promise<void> {
  for (const machine of machines)
    await eventually(
      () => strangers(machine),
      (found) => found === '',
      followsAgainMs,
    );
  await eventually(
    async () => (await spillwayJson('plan', platform)).steps,
    (steps) => JSON.stringify(steps) === '[]',
  );
}

test('the primary loses its power: nothing that was acknowledged is lost, and the interruption is measured', async () => {
  const { code, verdict } = await rehearse('power', { faults: [{ at: '4s', kill: 'database-1', for: '1s' }] });
  expect(verdict, JSON.stringify(verdict)).toMatchObject({
    held: true,
    ledger: { lost: 0, duplicated: 0, doubleWriterMs: 0 },
    failover: [{ what: 'database-1 is killed' }],
  });
  expect(code).toBe(0);
  expect(verdict.ledger!.acknowledged).toBeGreaterThan(50);
  const { at, rtoMs } = verdict.failover![0]!;
  expect(at).toBeGreaterThanOrEqual(4);
  expect(at).toBeLessThan(8);
  expect(rtoMs).toBeGreaterThan(1_000);
  expect(verdict.objectives.find(({ name }) => name === 'rto')).toMatchObject({ held: true, measured: rtoMs });
  await leavesNothingOn('database-1');
});

test('a row that somebody deletes behind its back is told as lost, and the verdict is that it did not hold', async () => {
  const count = () => on('database-1', 'mariadb -BNe "select count(*) from spillway_ledger.writes"');
  const { code, verdict } = await rehearse('deleted', {}, async () => {
    await eventually(count, (writes) => Number(writes) > 20);
    // On a busy machine the very first may be there without having been acknowledged in time.
    const remove = 'delete from spillway_ledger.writes where place > 10 order by place limit 1';
    await on('database-1', `mariadb -e "${remove}"; systemctl restart mariadb`);
  });
  expect(verdict, JSON.stringify(verdict)).toMatchObject({
    held: false,
    ledger: { lost: 1, duplicated: 0, doubleWriterMs: 0 },
    failover: [],
  });
  expect(code).toBe(1);
  const failed = verdict.objectives.filter(({ held }) => !held);
  expect(failed.map(({ name }) => name)).toEqual(['rpo']);
  // Nobody asked for a fault, and MariaDB was restarted all the same.
  expect(verdict.objectives.find(({ name }) => name === 'rto')!.measured).toBeGreaterThan(100);
  await leavesNothingOn('database-1', 'database-2');
});
