/** The ERP on real machines: the server with the primary dies, its part of the requests goes with its role, and both stay where they went. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Recording } from '../../src/rehearse/recording.ts';
import type { VerdictData } from '../../src/rehearse/verdict/as-data.ts';
import { machinesOf } from '../lab/machines.ts';
import { bringUp, eventually, home, spillway, spillwayJson } from '../lab/spillway.ts';
import { visitorOf } from '../lab/visitor.ts';

const platform = 'test-erp';
const host = 'erp.firm.test';
const toTheEntrance = ['-k', '--resolve', `${host}:443:203.0.113.20`];
const folder = mkdtempSync(join(tmpdir(), 'spillway-erp-'));
const servers = ['servers-1', 'servers-2'];

let visitor: Awaited<ReturnType<typeof visitorOf>>;
let lab: ReturnType<typeof machinesOf>;
const sql = (machine: string, query: string) => lab.on(machine, `mariadb -BNe "${query}"`);

beforeAll(async () => {
  await bringUp(platform, 'erp');
  visitor = await visitorOf(platform);
  lab = machinesOf(platform);
});

afterAll(async () => {
  await spillway('down', platform, '--yes');
  lab.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Of a hundred requests, how many each machine answered. */
async function spread(): Promise<Record<string, number>> {
  const url = `https://${host}/client/[1-100]`;
  const { body } = await visitor.curl(
    ...toTheEntrance,
    '-o',
    '/dev/null',
    '-w',
    '%{http_code} %header{x-served-by}\n',
    url,
  );
  const answers = body.trim().split('\n');
  expect(answers.filter((answer) => !answer.startsWith('200 '))).toEqual([]);
  return Object.fromEntries(servers.map((name) => [name, answers.filter((answer) => answer.endsWith(name)).length]));
}

/** Chosen: turns are taken exactly, but for those that other visitors, the checks of a deployment say, took meanwhile. */
const tolerance = 3;

function expectSixtyForty(answered: Record<string, number>, primary: string): void {
  for (const name of servers) {
    const wanted = name === primary ? 60 : 40;
    expect(Math.abs(answered[name]! - wanted), JSON.stringify(answered)).toBeLessThanOrEqual(tolerance);
  }
}

async function book(number: string): Promise<string> {
  const form = { number, client: '7', account: '411', text: 'A test', amount: '12.50' };
  const fields = Object.entries(form).flatMap(([name, value]) => ['-d', `${name}=${value}`]);
  const { body } = await visitor.curl(
    ...toTheEntrance,
    '-o',
    '/dev/null',
    '-w',
    '%{http_code}',
    ...fields,
    `https://${host}/vouchers`,
  );
  return body;
}

test('60 of 100 requests go to the primary, both read from their own server, and a voucher is booked once', async () => {
  expectSixtyForty(await spread(), 'servers-1');
  for (let time = 0; time < 4; time++) expect(await book('T-1')).toBe('303');
  const { body } = await visitor.curl(...toTheEntrance, ...servers.map(() => `https://${host}/client/7`));
  expect([...body.matchAll(/read on (servers-\d)/g)].map(([, name]) => name).sort()).toEqual(servers);
  expect(body.match(/<td>T-1<\/td>/g)).toHaveLength(2);
});

test('the primary is lost: no voucher that was acknowledged is, 60 of 100 go to the new one, and all stays so when the machine is back', async () => {
  const whole = parse(readFileSync(join(home, 'blueprints/erp/scenarios/primary-lost.yaml'), 'utf8')) as object;
  const path = join(folder, 'shorter.yaml');
  const shorter = {
    traffic: [{ hold: '25 requests/s', for: '18s' }],
    faults: [{ at: '5s', kill: 'servers-1' }],
    objectives: { p99: '8s', lostRequests: '0.5 %' },
  };
  writeFileSync(path, stringify({ ...whole, ...shorter }));
  const kept = join(folder, 'recording.json');
  const { stdout, stderr } = await spillway('rehearse', platform, path, '--json', '--recording', kept);
  expect(stdout, stderr).toContain('"held"');
  const verdict = JSON.parse(stdout) as VerdictData;
  expect(verdict, stdout).toMatchObject({ held: true });
  expect(verdict.requests.sent).toBeGreaterThan(350);

  expectSixtyForty(await spread(), 'servers-2');
  expect(await sql('servers-2', 'select @@read_only')).toBe('0');
  expect(await sql('servers-1', 'select @@read_only')).toBe('1');
  const { acknowledged } = (JSON.parse(readFileSync(kept, 'utf8')) as Recording).total!.writes;
  expect(acknowledged.length).toBeGreaterThan(10);
  for (const name of servers) {
    const booked = (await sql(name, "select number from erp.vouchers where number like 'P-%'")).split('\n');
    expect(booked).toEqual(expect.arrayContaining(acknowledged.map((mark) => `P-${mark}`)));
  }
  // The copy of the site follows the machine that is back within ten seconds.
  await eventually(
    async () => (await spillwayJson('plan', platform)).steps as unknown[],
    (steps) => steps.length === 0,
    60_000,
  );
  const { code, stdout: said } = await spillway('up', platform);
  expect(code, said).toBe(0);
  expectSixtyForty(await spread(), 'servers-2');

  expect(await book('T-2')).toBe('303');
  const [one, other] = await Promise.all(
    servers.map((name) => sql(name, 'select count(*), sum(cents) from erp.vouchers')),
  );
  expect(one).toBe(other);
});
