/** The balancers' address goes to the other machine when what answers there ends, and one machine alone has it then. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { machinesOf } from '../lab/machines.ts';
import { bringUp, eventually, spillway } from '../lab/spillway.ts';
import { visitorOf } from '../lab/visitor.ts';

const platform = 'test-address';
const entrance = '203.0.113.10';
const names = ['balancer-1', 'balancer-2'];
let lab: ReturnType<typeof machinesOf> | undefined;
const on = (machine: string, script: string) => lab!.on(machine, script);

beforeAll(async () => {
  await bringUp(platform, 'sofoot');
  lab = machinesOf(platform);
});

afterAll(async () => {
  lab?.close();
  await spillway('down', platform, '--yes');
});

async function holders(): Promise<readonly string[]> {
  const seen = await Promise.all(names.map((name) => on(name, `ip -4 -o addr show to ${entrance}`)));
  return names.filter((_, index) => seen[index] !== '');
}
const alone = async () => (await eventually(holders, (all) => all.length === 1))[0]!;
const theOther = (name: string) => names.find((one) => one !== name)!;
const isAnswered = async () => {
  const visitor = await visitorOf(platform);
  const { body } = await visitor.curl(
    '-o',
    '/dev/null',
    '-w',
    '%{http_code}',
    '--max-time',
    '1',
    `http://${entrance}/`,
  );
  return body;
};

test.each([
  ['HAProxy is killed', 'pkill -KILL -x haproxy'],
  ['HAProxy’s worker is killed', 'pkill -KILL -x haproxy --newest'],
  ['HAProxy is stopped', 'systemctl stop haproxy'],
  ['keepalived is stopped', 'systemctl stop keepalived'],
])('it goes when %s, and does not come back by itself', async (_, ending) => {
  const before = await alone();
  await on(before, ending);
  await eventually(holders, (all) => all.length === 1 && all[0] === theOther(before));
  expect(await isAnswered()).toBe('200');
  await on(before, 'systemctl start haproxy keepalived');
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(await holders()).toEqual([theOther(before)]);
});

test('a keepalived that is killed leaves it to one machine alone', async () => {
  const before = await alone();
  await on(before, 'pkill -KILL -x keepalived');
  await eventually(
    () => on(before, 'systemctl is-active keepalived'),
    (state) => state === 'active',
  );
  await alone();
  expect(await isAnswered()).toBe('200');
});

test('it stays while HAProxy reads its files again, and while keepalived does', async () => {
  const before = await alone();
  await on(before, 'systemctl reload haproxy; systemctl reload keepalived');
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(await holders()).toEqual([before]);
  expect(
    await on(before, 'journalctl -u keepalived --since=-3s --no-pager | grep -c "Entering \\(BACKUP\\|FAULT\\)"'),
  ).toBe('0');
});

test('a machine whose HAProxy does not run does not take it, though the other one dies', async () => {
  const before = await alone();
  await on(theOther(before), 'systemctl stop haproxy');
  await lab!.powerOff(before);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(await on(theOther(before), `ip -4 -o addr show to ${entrance}`)).toBe('');
  await on(theOther(before), 'systemctl start haproxy');
  await eventually(
    () => on(theOther(before), `ip -4 -o addr show to ${entrance}`),
    (seen) => seen !== '',
  );
  expect(await isAnswered()).toBe('200');
  const { code, stderr } = await spillway('up', platform);
  expect(code, stderr).toBe(0);
});
