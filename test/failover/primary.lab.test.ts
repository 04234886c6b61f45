/** A pair of databases loses its primary in all the ways that there are; a ledger says what became of writes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { VerdictData } from '../../src/rehearse/verdict/as-data.ts';
import { bringUp, eventually, spillway, spillwayJson, start } from '../lab/spillway.ts';

const platform = 'failover-test';
const folder = mkdtempSync(join(tmpdir(), 'spillway-failover-'));

const blueprint = {
  platform: 'pair',
  sites: { a: {}, b: {} },
  networks: { inside: { kind: 'private', cidr: '10.1.0.0/24' } },
  flavours: { small: { cores: '4 cores', memory: '16GB', price: '1 EUR/hour' } },
  engines: { lab: { kind: 'lab', cores: '10 %', memory: '5 %' } },
  pools: {
    client: { roles: {}, networks: ['inside'], base: { count: 1, site: 'a', flavour: 'small' } },
    database: {
      // After each of these tests comes the next one.
      roles: { mariadb: { primary: 'a', replicas: ['b'], hold: '1s' } },
      networks: ['inside'],
      base: { count: 2, site: ['a', 'b'], flavour: 'small' },
    },
  },
  addresses: { db: { network: 'inside', pool: 'database', ip: '10.1.0.100' } },
  flows: [{ from: 'client', to: 'database' }],
  // Chosen: a host with other work is slow, and what is to be shown is that it comes back without a loss.
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

interface PrimaryNow {
  readonly primary: string;
  readonly inSync: readonly string[];
  readonly deposed: readonly string[];
  readonly isMoving: boolean;
}

async function primaryNow(): Promise<PrimaryNow | undefined> {
  const { pools } = (await spillwayJson('status', platform)) as { pools: { pool: string; primary?: PrimaryNow }[] };
  return pools.find(({ pool }) => pool === 'database')?.primary;
}

async function rehearse(name: string, seconds: number, faults: readonly object[]): Promise<VerdictData> {
  const path = join(folder, `${name}.yaml`);
  const ledger = { pool: 'database', from: 'client-1', for: `${seconds}s` };
  writeFileSync(path, JSON.stringify({ about: 'A primary that is lost.', ledger, faults }));
  const { stdout, stderr } = await start('rehearse', platform, path, '--json').ended;
  expect(stdout, stderr).toContain('"held"');
  return JSON.parse(stdout) as VerdictData;
}

/** The old primary was made anew, and the new one waits for it: so it is after each of them. */
async function isWhole(primary: string): Promise<void> {
  const other = primary === 'database-1' ? 'database-2' : 'database-1';
  expect(await primaryNow()).toMatchObject({ primary, inSync: [other], deposed: [], isMoving: false });
  expect((await spillwayJson('plan', platform)).steps).toEqual([]);
}

const nothingLost = { held: true, ledger: { lost: 0, duplicated: 0, doubleWriterMs: 0 } };

test('it loses its power: the replica takes its place, and no write that was acknowledged is lost', async () => {
  const verdict = await rehearse('power', 12, [{ at: '3s', kill: 'database-1' }]);
  expect(verdict, JSON.stringify(verdict)).toMatchObject(nothingLost);
  expect(verdict.failover).toMatchObject([{ what: 'database-1 is killed' }]);
  await isWhole('database-2');
});

test('it hangs, and wakes up when another one has its place: there are never two', async () => {
  const verdict = await rehearse('hangs', 16, [{ at: '3s', freeze: 'database-2', for: '8s' }]);
  expect(verdict, JSON.stringify(verdict)).toMatchObject(nothingLost);
  await isWhole('database-1');
});

test('its server alone is killed, and with it the controller in the midst of the move', async () => {
  const faults = [
    { at: '3s', crash: 'database-1/mariadbd' },
    { at: '4.4s', kill: 'controller', for: '1s' },
  ];
  const verdict = await rehearse('controller', 16, faults);
  expect(verdict, JSON.stringify(verdict)).toMatchObject(nothingLost);
  const now = await primaryNow();
  await isWhole(now?.primary ?? '');
});

test('the sites lose each other: nobody takes its place, and it goes on alone until its replica is back', async () => {
  const before = await primaryNow();
  const verdict = await rehearse('parted', 16, [{ at: '3s', part: 'a/b', for: '6s' }]);
  expect(verdict, JSON.stringify(verdict)).toMatchObject({ ledger: { lost: 0, duplicated: 0, doubleWriterMs: 0 } });
  await isWhole(before?.primary ?? '');
});

test('by chance: several faults, one after the other, and none of them costs a write', async () => {
  const path = join(folder, 'chance.yaml');
  const ledger = { pool: 'database', from: 'client-1', for: '30s' };
  writeFileSync(path, JSON.stringify({ about: 'Whatever happens.', ledger }));
  // Chosen: each of the two is hit, and the controller between.
  const words = ['rehearse', platform, path, '--chaos', '--seed', '19', '--for', '2min', '--json'];
  const { stdout, stderr } = await start(...words).ended;
  expect(stdout, stderr).toContain('"held"');
  const verdict = JSON.parse(stdout) as VerdictData;
  expect(verdict, stdout).toMatchObject({ ...nothingLost, chaos: { seed: 19, drawn: 3, played: 3, missed: 0 } });
  await isWhole((await primaryNow())?.primary ?? '');
});

test('a person asks for another one: it hands over, and both are well', async () => {
  const before = (await primaryNow())?.primary;
  const moved = (await spillwayJson('failover', platform, 'database')) as { from: string; to: string; pauseMs: number };
  expect(moved.from).toBe(before);
  expect(moved.pauseMs).toBeGreaterThan(0);
  await eventually(primaryNow, (now) => now?.primary === moved.to && now.inSync.length === 1);
  await isWhole(moved.to);
  const refused = await spillway('failover', platform, 'database', '--to', moved.to, '--json');
  expect(refused.code).toBe(2);
  expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'no-successor' } });
});
