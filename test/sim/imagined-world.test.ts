/** The imagined world answers as a real engine and real machines do, and fails when it is told to. */
import { describe, expect, test } from 'vitest';
import type { AddressName, MachineName, NetworkName, PlatformName, SiteName } from '../../src/model/ids.ts';
import type { Change } from '../../src/model/plan.ts';
import type { AddressSpec, MachineSpec, NetworkSpec } from '../../src/model/spec.ts';
import type { Recipe } from '../../src/model/recipe.ts';
import { compareRole } from '../../src/plan/compare-role.ts';
import { damage } from '../../src/sim/damage.ts';
import { imaginedEngine } from '../../src/sim/imagined-engine.ts';
import { imaginedHosts } from '../../src/sim/imagined-hosts.ts';
import { allWell, copyOf, createCaller, emptyWorld, partOf, type Fates } from '../../src/sim/imagined-world.ts';
import { imagine, showPlan, upWorld } from '../plan/imagined.ts';
import { shopWith } from '../plan/shop.ts';

const platform = 'shop' as PlatformName;
const web1 = 'web-1' as MachineName;
const lan: NetworkSpec = {
  ...{ platform, name: 'lan' as NetworkName, kind: 'private', cidr: '10.8.0.0/24' },
  sites: ['east' as SiteName],
};
const www = { platform, name: 'www', network: 'lan', ip: '10.8.0.253', holders: [web1] } as unknown as AddressSpec;
const packages = ['nginx-light'];

function machine(name = 'web-1'): MachineSpec {
  return {
    ...{ platform, name, pool: 'web', part: 'base', site: 'east', packages },
    flavour: { name: 'small', cores: 1, memoryBytes: 1e9 },
    interfaces: [{ network: 'lan', ip: '10.8.0.2', prefixLength: 24 }],
    authorizedKey: '',
    hostKey: { private: '', public: '' },
  } as unknown as MachineSpec;
}

function ports(fates: Fates = allWell, world = emptyWorld()) {
  const caller = createCaller(fates);
  return { world, engine: imaginedEngine(world, caller), hosts: imaginedHosts(world, platform, caller) };
}

async function withMachine(fates?: Fates) {
  const all = ports(fates);
  await all.engine.ensureImage(packages, () => undefined);
  await all.engine.ensureNetwork(lan);
  await all.engine.createMachine(machine());
  const [there] = (await all.engine.list(platform)).machines;
  return { ...all, reach: { machine: web1, ...there!.reach } };
}

describe('an engine', () => {
  test('lists what was made, in the order of names, and of no other platform', async () => {
    const { engine } = await withMachine();
    await engine.createMachine(machine('app-1'));
    await engine.ensureAddress(www);
    const { machines, networks, addresses, images, leftovers } = await engine.list(platform);
    expect(machines.map(({ name, state, commissioned }) => ({ name, state, commissioned }))).toEqual([
      { name: 'app-1', state: 'running', commissioned: false },
      { name: 'web-1', state: 'running', commissioned: false },
    ]);
    expect(networks).toEqual([{ name: 'lan', kind: 'private', cidr: '10.8.0.0/24', sites: ['east'] }]);
    expect(addresses).toMatchObject([{ name: 'www', ip: '10.8.0.253', reachableAt: '10.8.0.253' }]);
    expect(images).toEqual([engine.imageKey(packages)]);
    expect(leftovers).toEqual([]);
    expect((await engine.list('other' as PlatformName)).machines).toEqual([]);
    expect(await engine.platforms()).toEqual(['shop']);
  });

  test('makes nothing twice', async () => {
    const { engine, reach } = await withMachine();
    await engine.createMachine(machine());
    expect((await engine.list(platform)).machines[0]?.reach.host).toBe(reach.host);
  });

  test('refuses what a real one refuses', async () => {
    const { engine } = ports();
    await expect(engine.createMachine(machine())).rejects.toMatchObject({ code: 'imagined-image-missing' });
    await engine.ensureImage(packages, () => undefined);
    await expect(engine.createMachine(machine())).rejects.toMatchObject({ code: 'imagined-network-missing' });
    await expect(engine.startMachine(platform, web1)).rejects.toMatchObject({ code: 'imagined-machine-missing' });
    await expect(engine.ensureAddress(www)).rejects.toMatchObject({ code: 'imagined-network-missing' });
    await engine.ensureNetwork(lan);
    await expect(engine.ensureNetwork({ ...lan, cidr: '10.9.0.0/24' })).rejects.toMatchObject({
      code: 'imagined-network-differs',
    });
  });

  test('a machine without power keeps its disk and its commission', async () => {
    const { engine } = await withMachine();
    await engine.commission(platform, web1);
    await engine.powerOff(platform, web1);
    expect((await engine.list(platform)).machines).toMatchObject([{ state: 'stopped', commissioned: true }]);
    await engine.startMachine(platform, web1);
    expect((await engine.list(platform)).machines).toMatchObject([{ state: 'running', commissioned: true }]);
  });

  test('a machine whose network was made anew has to be booted again', async () => {
    const { engine } = await withMachine();
    await engine.removeNetwork(platform, lan.name);
    await engine.ensureNetwork(lan);
    expect((await engine.list(platform)).machines).toMatchObject([{ state: 'stopped' }]);
    await engine.startMachine(platform, web1);
    expect((await engine.list(platform)).machines).toMatchObject([{ state: 'running' }]);
  });

  test('what is removed is gone, and clear leaves nothing', async () => {
    const { engine } = await withMachine();
    await engine.ensureAddress(www);
    await engine.removeAddress(platform, 'www' as AddressName);
    await engine.removeMachine(platform, web1);
    expect(await engine.list(platform)).toMatchObject({ machines: [], addresses: [], networks: [{ name: 'lan' }] });
    await engine.clear(platform);
    expect(await engine.platforms()).toEqual([]);
  });
});

const recipe: Recipe = {
  role: 'web',
  packages: ['nginx-light', 'curl'],
  directories: [{ path: '/srv', owner: 'root:root', mode: 0o755 }],
  files: [{ path: '/etc/nginx.conf', content: 'a', owner: 'root:root', mode: 0o644 }],
  releases: [],
  synced: [],
  absent: ['/etc/default.conf'],
  units: [{ name: 'nginx.service', reads: ['/etc/nginx.conf'], rereads: 'reload' }],
  tasks: [{ name: 'warm', when: 'after-units', check: 'is-warm', run: 'warm' }],
  probes: [{ name: 'nginx answers', run: 'curl' }],
  after: [],
};
const digest = ({ content }: { content: string }) => `digest-of-${content}`;
const allChanges = (wanted: Recipe = recipe): readonly Change[] => compareRole(wanted, undefined, digest);

describe('a machine', () => {
  test('is bare at first, and its probes complain', async () => {
    const { hosts, reach } = await withMachine();
    const facts = await hosts.inspect(reach, [recipe]);
    if (!facts.reachable) throw new Error(facts.why);
    expect(facts.roles.get('web')).toEqual({
      missingPackages: ['curl'],
      paths: new Map(),
      releases: new Map(),
      units: new Map([['nginx.service', { active: false, enabled: false, stamp: '' }]]),
      tasks: new Map([['warm', { checked: false, stamp: '' }]]),
      probes: new Map([['nginx answers', 'nginx.service does not run']]),
    });
  });

  test('is as the changes made it, so that nothing differs any more', async () => {
    const { hosts, reach } = await withMachine();
    await hosts.apply(reach, 'web', allChanges());
    const facts = await hosts.inspect(reach, [recipe]);
    if (!facts.reachable) throw new Error(facts.why);
    expect(compareRole(recipe, facts.roles.get('web'), digest)).toEqual([]);
    expect(facts.roles.get('web')?.probes.get('nginx answers')).toBe('');
  });

  test('keeps its files over a boot, and starts what is enabled', async () => {
    const { world, engine, hosts, reach } = await withMachine();
    await hosts.apply(reach, 'web', allChanges());
    damage(world, platform, { kind: 'unit-is-disabled', machine: web1, unit: 'nginx.service' });
    await engine.powerOff(platform, web1);
    await engine.startMachine(platform, web1);
    const facts = await hosts.inspect(reach, [recipe]);
    if (!facts.reachable) throw new Error(facts.why);
    expect(compareRole(recipe, facts.roles.get('web'), digest)).toMatchObject([
      { kind: 'unit', action: 'start', why: { code: 'stopped' } },
    ]);
  });

  test('a task that asks something else now is not done', async () => {
    const { hosts, reach } = await withMachine();
    await hosts.apply(reach, 'web', allChanges());
    const asking = { ...recipe, tasks: [{ ...recipe.tasks[0]!, check: 'is-hot' }] };
    const facts = await hosts.inspect(reach, [asking]);
    if (!facts.reachable) throw new Error(facts.why);
    expect(compareRole(asking, facts.roles.get('web'), digest)).toMatchObject([{ kind: 'task' }]);
  });

  test.each<[string, (world: Awaited<ReturnType<typeof withMachine>>) => unknown]>([
    ['without power', ({ engine }) => engine.powerOff(platform, web1)],
    ['that is mute', ({ world }) => damage(world, platform, { kind: 'machine-is-mute', machine: web1 })],
    [
      'that was made anew elsewhere',
      async ({ engine }) => {
        await engine.removeMachine(platform, web1);
        await engine.createMachine(machine());
      },
    ],
  ])('%s cannot be reached where it was', async (_, happen) => {
    const all = await withMachine();
    await happen(all);
    expect(await all.hosts.inspect(all.reach, [recipe])).toEqual({
      reachable: false,
      because: 'silent',
      why: 'nobody answers',
    });
    await expect(all.hosts.apply(all.reach, 'web', [])).rejects.toMatchObject({ code: 'machine-unreachable' });
    await expect(all.hosts.run(all.reach, 'true')).rejects.toMatchObject({ code: 'machine-unreachable' });
  });
});

describe('a call that fails', () => {
  const stateAfter = async (how: ReturnType<Fates>) => {
    const all = ports(({ verb }) => (verb === 'make-machine' ? how : 'well'));
    await all.engine.ensureImage(packages, () => undefined);
    await all.engine.ensureNetwork(lan);
    await all.engine.createMachine(machine()).catch(() => undefined);
    return (await all.engine.list(platform)).machines.map(({ state }) => state);
  };

  test('before, midway, or after its work', async () => {
    expect(await stateAfter('fails-before')).toEqual([]);
    expect(await stateAfter('fails-midway')).toEqual(['broken']);
    expect(await stateAfter('fails-after')).toEqual(['running']);
  });

  test('midway through changes, the first half is made', async () => {
    const { hosts, reach } = await withMachine(({ verb }) => (verb === 'apply' ? 'fails-midway' : 'well'));
    await expect(hosts.apply(reach, 'web', allChanges())).rejects.toThrow('imagined failure of apply web-1/web');
    const facts = await hosts.inspect(reach, [recipe]);
    if (!facts.reachable) throw new Error(facts.why);
    const left = compareRole(recipe, facts.roles.get('web'), digest);
    expect(left.map(({ kind }) => kind)).toEqual(['unit', 'task']);
  });

  test('is known by its number, so that any one of them can be made to fail', async () => {
    const seen: string[] = [];
    await withMachine(({ verb, subject, number }) => {
      seen.push(`${number} ${verb} ${subject}`);
      return 'well';
    });
    expect(seen).toEqual(['1 build-image 1 packages', '2 make-network lan', '3 make-machine web-1']);
  });
});

describe('a provider that lies', () => {
  test('says that it made a machine, and made none', async () => {
    const { engine } = ports((call) => (call.verb === 'make-machine' ? 'lies' : 'well'));
    await engine.ensureImage(packages, () => undefined);
    await engine.ensureNetwork(lan);
    await engine.createMachine(machine());
    expect((await engine.list(platform)).machines).toEqual([]);
  });

  test('made one that runs, and nobody ever answers there', async () => {
    const { engine, hosts, reach } = await withMachine((call) =>
      call.verb === 'make-machine' ? 'never-ready' : 'well',
    );
    expect((await engine.list(platform)).machines).toMatchObject([{ name: 'web-1', state: 'running' }]);
    expect(await hosts.inspect(reach, [])).toMatchObject({ reachable: false, because: 'silent' });
  });
});

test('a link between sites is cut, and heals; each time it counts as a change', () => {
  const world = emptyWorld();
  const between = ['west', 'east'] as unknown as [SiteName, SiteName];
  const part = partOf(world, platform);
  damage(world, platform, { kind: 'link-is-cut', between });
  expect([[...part.cutLinks], part.changes]).toEqual([['east west'], 1]);
  damage(world, platform, { kind: 'link-heals', between });
  expect([[...part.cutLinks], part.changes]).toEqual([[], 2]);
});

test('in a copy of a world happens nothing of what happens in the other', async () => {
  const { world, engine } = await withMachine();
  const copy = copyOf(world);
  const told = ({ platforms }: typeof world) =>
    [...platforms].map(([name, part]) => ({ name, ...part, machineNames: part.machineNames() }));
  expect(told(copy)).toEqual(told(world).map((part) => ({ ...part, changes: 1 })));
  await engine.removeMachine(platform, web1);
  expect([...partOf(copy, platform).machines.keys()]).toEqual([web1]);
});

test('a platform that is imagined as up is the one that its plan would have made', async () => {
  const blueprint = shopWith({});
  const made = imagine();
  await made.settle(blueprint);
  const supposed = imagine(upWorld(blueprint));
  expect(showPlan(await supposed.plan(blueprint))).toBe('');
  const withoutPlaces = (world: ReturnType<typeof emptyWorld>) =>
    [...world.platforms].map(([name, { machines, networks, addresses }]) => ({
      ...{ name, networks, addresses },
      machines: new Map(
        [...machines].map(([machineName, { actual, ...rest }]) => [
          machineName,
          { ...rest, actual: { ...actual, reach: 0 } },
        ]),
      ),
    }));
  expect(withoutPlaces(supposed.world)).toEqual(withoutPlaces(made.world));
});
