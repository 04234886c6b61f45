/** Real balancers and machines: what they tell, and servers that come and go in them while visitors ask. */
import { spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseBlueprint } from '../../src/blueprint/parse.ts';
import { the } from '../../src/blueprint/records.ts';
import { createLabEngine } from '../../src/engines/lab/index.ts';
import { createHosts } from '../../src/hosts/index.ts';
import type { MachineName, PlatformName, PoolName } from '../../src/model/ids.ts';
import type { MachinePart } from '../../src/model/spec.ts';
import type { PoolObservation } from '../../src/model/observation.ts';
import { holdMembership, lookAt, type Held } from '../../src/runtime/haproxy/balancer.ts';
import type { Membership } from '../../src/runtime/haproxy/membership.ts';
import { serverParameters } from '../../src/roles/balancer/servers.ts';
import { haproxySocket, type HaproxySocket } from '../../src/runtime/haproxy/socket.ts';
import { observePool } from '../../src/runtime/readings/observe-pool.ts';
import { takeReadings, type Readings } from '../../src/runtime/readings/take-readings.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { createVault } from '../../src/store/vault.ts';
import { sofoot as sofootText } from '../blueprint/sofoot.ts';
import { machinesOf } from '../lab/machines.ts';
import { bringUp, eventually, spillway } from '../lab/spillway.ts';
import { whileAsked } from '../lab/while-asked.ts';

const platform = 'test-balancers' as PlatformName;
const name = (text: string) => text as MachineName;
const balancerNames = ['balancer-1', 'balancer-2'];
const clock = {
  now: () => Date.now(),
  wall: () => Date.now(),
  sleep: (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms)),
};

let lab: ReturnType<typeof machinesOf>;
let closing: (() => void)[] = [];
let sockets: ReadonlyMap<MachineName, HaproxySocket>;
let readings: Readings;
/** Where a machine of the overflow would answer; here a machine of the base lends its place. */
let lent: string;

beforeAll(async () => {
  await bringUp(platform, 'sofoot');
  lab = machinesOf(platform);
  lent = await lab.on('web-1', `ip -4 -o addr show private | awk '{ split($4, ip, "/"); print ip[1]; exit }'`);

  const store = openSqliteStore(`/var/lib/spillway/platforms/${platform}/state.sqlite`);
  const hosts = createHosts(createVault(store, platform), platform);
  const { machines } = await createLabEngine().list(platform);
  const reachOf = (one: (typeof machines)[number]) => ({ machine: one.name, ...one.reach });
  const balancers = machines.filter(({ pool }) => pool === 'balancer');
  sockets = new Map(
    balancers.map((one) => {
      const open = () => hosts.openSocket(reachOf(one), '/run/haproxy/admin.sock');
      return [one.name, haproxySocket({ balancer: one.name, open, clock })];
    }),
  );
  readings = takeReadings(hosts, clock);
  readings.takeOf(
    machines.map((one) => ({ reach: reachOf(one), database: one.pool === 'database' })),
    sockets,
  );
  closing = [
    readings.stop,
    ...[...sockets.values()].map((socket) => () => socket.close()),
    () => hosts.close(),
    () => store.close(),
  ];
});

afterAll(async () => {
  for (const close of closing) close();
  await spillway('down', platform, '--yes');
  lab.close();
});

const parsed = parseBlueprint(sofootText);
if (!parsed.ok) throw new Error('SoFoot’s blueprint has a mistake');
const sofoot = parsed.blueprint;
const parametersOf = (part: MachinePart) =>
  serverParameters(sofoot, the(sofoot.pools, 'balancer' as PoolName).roles.balancer!, 'web' as PoolName, part);

const balancer = (text: string) => sockets.get(name(text))!;

function observed(): PoolObservation {
  const balancers = new Map(balancerNames.map((one) => [name(one), readings.balancers.get(name(one))]));
  const machines = ['web-1', 'web-2', 'web-3'].map((one) => ({
    ...{ name: name(one), part: 'base' as const, stage: 'serving' as const, sinceMs: 0, paidSinceMs: 0 },
  }));
  return observePool({ pool: 'web' as PoolName, backends: ['web'], balancers, machines, readings: readings.machines });
}

const hold = (...overflow: string[]) => holdWith(overflow, []);

async function holdWith(
  overflow: readonly string[],
  overdue: readonly string[],
  ofBase: Membership['base'] = new Map(),
): Promise<readonly Held[]> {
  const membership: Membership = {
    base: new Map(['web-1', 'web-2', 'web-3'].map((one) => [name(one), ofBase.get(name(one))])),
    overflow: new Map(overflow.map((one) => [name(one), lent])),
    closing: new Set(overdue.map(name)),
  };
  const added = { port: 80, parameters: parametersOf('overflow') };
  return Promise.all(
    [...sockets.values()].map((socket) => holdMembership(socket, [{ backend: 'web', membership, added }])),
  );
}

const serversOf = async (text: string) => (await lookAt(balancer(text))).backends.get('web')!.servers;
const namesOn = async (text: string) => [...(await serversOf(text)).keys()];

/** Looks and holds until nothing is left to do. */
const settled = (...overflow: string[]) =>
  eventually(
    () => hold(...overflow),
    (held) => held.every(({ commands }) => commands.length === 0),
  );

async function asked40<Result>(work: () => Promise<Result>): Promise<void> {
  const { lost } = await whileAsked(platform, work, { perSecond: 40 });
  expect(lost).toEqual([]);
}

beforeEach(async () => {
  await settled();
});

describe('readings', () => {
  test('of demand say what visitors ask for, whichever balancer they reach', async () => {
    await asked40(async () => {
      const seen = await eventually(
        async () => observed(),
        ({ demand }) => (demand?.value ?? 0) > 30,
      );
      expect(seen.demand!.value).toBeLessThan(60);
      expect(Date.now() - seen.demand!.atMs).toBeLessThan(5_000);
    });
  });

  test('of machines name their processor, memory, disk and networks; of databases what they do', async () => {
    await eventually(
      async () => readings.machines,
      // What is counted per second takes two looks, and how full its disk is each machine tells once a minute.
      (all) =>
        all.size === 8 &&
        all.get(name('database-2'))?.database?.queries !== undefined &&
        [...all.values()].every(
          ({ cpu, disk, networks }) =>
            cpu !== undefined && disk?.full !== undefined && 'written' in disk && networks.has('private'),
        ),
    );
    for (const { cpu, memory, disk, networks } of readings.machines.values()) {
      expect(cpu!.value).toBeLessThanOrEqual(1);
      expect(memory!.value).toBeLessThan(1);
      expect(disk!.full!.value).toBeGreaterThan(0);
      expect(disk!.full!.value).toBeLessThan(1);
      expect(disk).toHaveProperty('written');
      expect([...networks.keys()]).toContain('private');
    }
    expect(readings.machines.get(name('database-1'))!.database).not.toHaveProperty('lagMs');
    expect(readings.machines.get(name('database-2'))!.database).toHaveProperty('lagMs');
    expect(observed().cpu!.value).toBeGreaterThan(0);
  });

  test('start one process a minute on a machine, for how full its disk is', async () => {
    // The kernel numbers a machine's processes in their order; this shell is one of them.
    const processes = async () => Number(await lab.on('database-2', 'echo $$'));
    const first = await processes();
    const alone = (await processes()) - first;
    await clock.sleep(10_000);
    // One of them for the disk, if its minute ends just now.
    expect((await processes()) - first - 2 * alone).toBeLessThanOrEqual(3);
  });

  test('go on with the process that answers after a reload, and after a restart', async () => {
    const before = (await lookAt(balancer('balancer-1'))).process.pid;
    for (const how of ['reload', 'restart']) {
      await lab.on('balancer-1', `systemctl ${how} haproxy`);
      const { process } = await eventually(
        () => lookAt(balancer('balancer-1')).catch(() => undefined),
        (sight) => sight !== undefined && sight.process.pid !== before && !sight.process.stopping,
      ).then((sight) => sight!);
      expect(process.pid).not.toBe(before);
    }
    // Whoever was replaced could go, for nobody speaks to it any more.
    await eventually(
      () => lab.on('balancer-1', 'pgrep -c -x haproxy'),
      (count) => count === '2',
    );
    await eventually(
      async () => observed().demand,
      (demand) => Date.now() - (demand?.atMs ?? 0) < 2_000,
    );
  });
});

describe('a server that is added', () => {
  test('is checked as those of the configuration are, but for the first time sooner, whose parameters are those that we know', async () => {
    const checks = (part: MachinePart) =>
      parametersOf(part).replace(/ (tcp-ut|pool-max-conn|weight|downinter) \S+/g, '');
    expect(checks('overflow')).toBe(checks('base'));
    const line = await lab.on('balancer-1', 'grep "server web-1" /etc/haproxy/haproxy.cfg');
    expect(line).toMatch(/^server web-1 [\d.]+:80 /);
    expect(line.replace(/^server web-1 \S+ /, '')).toBe(parametersOf('base'));
  });

  test('serves on both balancers and leaves both, ten times, and no visitor loses a request though one begins anew', async () => {
    const base = ['web-1', 'web-2', 'web-3'];
    const namesOnBoth = () => Promise.all(balancerNames.map(namesOn));
    // Visitors come through the one that holds the address; connections of one that is restarted end with it.
    const holders = await Promise.all(balancerNames.map((one) => lab.on(one, 'ip -4 -o addr show to 203.0.113.10')));
    const spare = balancerNames[holders.indexOf('')]!;
    await asked40(async () => {
      for (let cycle = 1; cycle <= 10; cycle++) {
        expect((await hold('web-4')).flatMap(({ refused }) => refused)).toEqual([]);
        await eventually(
          async () => Promise.all(balancerNames.map(serversOf)),
          (both) =>
            both.every((servers) => servers.get('web-4')?.status === 'up') &&
            both.some((servers) => (servers.get('web-4')?.arrived ?? 0) > 3),
        );
        if (cycle === 5) {
          await lab.on(spare, 'systemctl restart haproxy');
          const fresh = () => namesOn(spare).catch(() => undefined);
          expect(await eventually(fresh, (names) => names !== undefined)).toEqual(base);
          expect((await hold('web-4')).flatMap(({ refused }) => refused)).toEqual([]);
          for (const names of await namesOnBoth()) expect(names).toEqual([...base, 'web-4']);
        }
        await settled();
        for (const names of await namesOnBoth()) expect(names).toEqual(base);
      }
    });
  });

  test('that was on its way out is admitted again', async () => {
    await settled('web-4');
    // Until its first checks have passed it is down, and admitted or not would make no difference.
    const turnsInto = (status: string) =>
      eventually(
        async () => (await serversOf('balancer-1')).get('web-4')?.status,
        (seen) => seen === status,
      );
    await turnsInto('up');
    await hold();
    await turnsInto('drain');
    await hold('web-4');
    await turnsInto('up');
  });

  test('that still answers somebody stays until its time is over, and is rid of them then', async () => {
    await settled('web-4');
    await Promise.all(
      ['web-1', 'web-2', 'web-3'].map((one) => lab.on(one, 'truncate -s 100M /srv/site/public/assets/long.bin')),
    );
    const { argv } = await createLabEngine().visitor(platform);
    const slowly = ['curl', '-sf', '--limit-rate', '20k', '-o', '/dev/null', 'http://203.0.113.10/assets/long.bin'];
    const downloads = Array.from({ length: 8 }, () => spawn('env', [...argv, ...slowly], { stdio: 'ignore' }));
    try {
      const sessions = async () =>
        Promise.all(balancerNames.map(async (one) => (await serversOf(one)).get('web-4')?.sessions ?? 0));
      const busy = await eventually(sessions, (both) => both.some((count) => count > 0));
      const at = balancerNames[busy.findIndex((count) => count > 0)]!;
      await hold();
      for (let look = 0; look < 5; look++) await hold();
      expect((await serversOf(at)).get('web-4')).toMatchObject({ status: 'drain' });

      const told = (await holdWith([], ['web-4'])).flatMap(({ commands }) => commands);
      expect(told).toContain('shutdown sessions server web/web-4');
      await settled();
      for (const one of balancerNames) expect(await namesOn(one)).toEqual(['web-1', 'web-2', 'web-3']);
    } finally {
      for (const download of downloads) download.kill();
      await Promise.all(
        ['web-1', 'web-2', 'web-3'].map((one) => lab.on(one, 'rm -f /srv/site/public/assets/long.bin')),
      );
    }
  });

  test('comes back at the next look to a balancer that began anew', async () => {
    await settled('web-4');
    await lab.on('balancer-2', 'systemctl restart haproxy');
    await eventually(
      () => namesOn('balancer-2').catch((): string[] => []),
      (names) => names.length > 0 && !names.includes('web-4'),
    );
    const [first, second] = await hold('web-4');
    expect(first!.commands).toEqual([]);
    expect(second!.commands).toHaveLength(3);
    expect(await namesOn('balancer-2')).toContain('web-4');
  });
});

describe('a machine that is cut off', () => {
  afterEach(async () => {
    await holdWith([], [], new Map([[name('web-1'), 'serve']]));
    await settled();
  });

  const parts = [
    { part: 'the base', server: 'web-1' },
    { part: 'the overflow', server: 'web-4' },
  ];

  /** In the place that it lends, web-1 serves as itself or as one that was added. It is cut off for longer than visitors are patient. */
  async function cutOffWhileAsked(
    server: string,
    before: () => Promise<unknown>,
    asking: Parameters<typeof whileAsked>[2],
  ) {
    const overflow = server === 'web-1' ? [] : [server];
    const isUp = () =>
      eventually(
        async () => Promise.all(balancerNames.map(serversOf)),
        (both) => both.every((servers) => servers.get(server)?.status === 'up'),
      );
    if (overflow.length > 0) await holdWith(overflow, [], new Map([[name('web-1'), 'drain']]));
    await isUp();
    const engine = createLabEngine();
    const { asked, lost } = await whileAsked(
      platform,
      async () => {
        await clock.sleep(3_000);
        await before();
        await engine.cutOff(platform, name('web-1'));
        // As the controller does.
        for (let second = 0; second < 12; second++) {
          await holdWith(overflow, []);
          await clock.sleep(1_000);
        }
      },
      asking,
    );
    await engine.rejoin(platform, name('web-1'));
    await lab.on('web-1', `systemctl kill -s CONT 'php*-fpm.service'`);
    expect(asked).toBeGreaterThan(20);
    expect(lost).toEqual([]);
    await isUp();
  }

  test.each(parts)('and is of $part loses nobody whose request it had already taken', async ({ server }) => {
    // What is searched for is never kept, so each request waits for PHP.
    const search = { url: 'http://203.0.113.10/search?q=goal', perSecond: 5 };
    const taken = async () => {
      await lab.on('web-1', `systemctl kill -s STOP 'php*-fpm.service'`);
      await eventually(
        async () => (await Promise.all(balancerNames.map(serversOf))).map((seen) => seen.get(server)),
        (both) => both.some((seen) => (seen?.sessions ?? 0) > 0),
      );
    };
    await cutOffWhileAsked(server, taken, search);
  });

  test.each(parts)('and is of $part loses nobody whose request is on the way to it', async ({ server }) => {
    const file = { url: 'http://203.0.113.10/assets/site.css', perSecond: 60 };
    await cutOffWhileAsked(server, () => Promise.resolve(), file);
  });
});
