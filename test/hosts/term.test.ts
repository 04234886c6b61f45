/** Machines obey the largest term that they heard of: real shells behind a real SSH server, and imagined machines alike. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createHosts } from '../../src/hosts/index.ts';
import { stateFolder } from '../../src/hosts/inspect-script.ts';
import type { MachineName, NetworkName, PlatformName, SiteName } from '../../src/model/ids.ts';
import type { MachineSpec } from '../../src/model/spec.ts';
import { stale } from '../../src/model/term.ts';
import type { Hosts, Reach } from '../../src/ports/host.ts';
import type { Term } from '../../src/ports/term.ts';
import { imaginedEngine } from '../../src/sim/imagined-engine.ts';
import { imaginedHosts } from '../../src/sim/imagined-hosts.ts';
import { allWell, createCaller, emptyWorld } from '../../src/sim/imagined-world.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { createVault } from '../../src/store/vault.ts';
import { emptyRecipe, taskChange } from './changes.ts';
import { openSshd, type Sshd } from './sshd.ts';

const platform = 'shop' as PlatformName;
const machine = 'web-1' as MachineName;

interface Machine {
  readonly reach: Reach;
  /** A controller's way to it. */
  readonly under: (term?: Term) => Hosts;
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function behindSsh(): Promise<Machine & { readonly folder: string; readonly sshd: Sshd }> {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-term-'));
  const store = openSqliteStore(join(folder, 'state.sqlite'));
  const vault = createVault(store, platform);
  const sshd = await openSshd(vault, machine, vault.hostKey(machine));
  sshd.rewrite = (script) => script.replaceAll(stateFolder, join(folder, 'state'));
  ends.push(
    () => rmSync(folder, { recursive: true }),
    () => store.close(),
    () => sshd.close(),
  );
  const under = (term?: Term) => {
    const hosts = createHosts(vault, platform, term === undefined ? {} : { term });
    ends.push(() => hosts.close());
    return hosts;
  };
  return { reach: sshd.reach, under, folder, sshd };
}

async function imagined(): Promise<Machine> {
  const world = emptyWorld();
  const caller = createCaller(allWell);
  const engine = imaginedEngine(world, caller);
  const [network, site] = ['lan' as NetworkName, 'east' as SiteName];
  await engine.ensureImage([], () => undefined);
  await engine.ensureNetwork({ platform, name: network, kind: 'private', cidr: '10.8.0.0/24', sites: [site] });
  await engine.createMachine({
    ...{ platform, name: machine, pool: 'web', part: 'base', site, packages: [], authorizedKey: '' },
    flavour: { name: 'small', cores: 1, memoryBytes: 1e9 },
    interfaces: [{ network, ip: '10.8.0.2', prefixLength: 24 }],
    hostKey: { private: '', public: '' },
  } as unknown as MachineSpec);
  const [there] = (await engine.list(platform)).machines;
  return { reach: { machine, ...there!.reach }, under: (term) => imaginedHosts(world, platform, caller, term) };
}

const does = (hosts: Hosts, reach: Reach) => hosts.apply(reach, 'app', [taskChange('t', 'true')]);
const refused = { code: 'stale-controller', exit: 'refused' };

describe.each<[string, () => Promise<Machine>]>([
  ['behind SSH', behindSsh],
  ['imagined', imagined],
])('a machine %s', (_, make) => {
  test('does what the same term, and what a later one asks', async () => {
    const { reach, under } = await make();
    for (const term of [1_000, 1_000, 1_001, 2_000])
      await does(
        under(() => term),
        reach,
      );
  });

  test.each<[string, (hosts: Hosts, reach: Reach) => Promise<unknown>]>([
    ['to change something', does],
    ['to run what changes something', (hosts, reach) => hosts.change(reach, 'true')],
    ['to power off', (hosts, reach) => hosts.shutDown(reach)],
    ['whether it may be changed', (hosts, reach) => hosts.hear(reach)],
  ])('is asked %s by an older one, and refuses', async (_what, ask) => {
    const { reach, under } = await make();
    await does(
      under(() => 2_000),
      reach,
    );
    await expect(
      ask(
        under(() => 1_999),
        reach,
      ),
    ).rejects.toMatchObject(refused);
    await does(
      under(() => 2_000),
      reach,
    );
  });

  test('that only heard of a later one refuses too', async () => {
    const { reach, under } = await make();
    await under(() => 2_000).hear(reach);
    await expect(
      does(
        under(() => 1_999),
        reach,
      ),
    ).rejects.toMatchObject(refused);
  });

  test('lets whoever comes look', async () => {
    const { reach, under } = await make();
    await under(() => 2_000).hear(reach);
    const older = under(() => 1);
    expect(await older.inspect(reach, [emptyRecipe])).toMatchObject({ reachable: true });
    expect(await older.run(reach, 'true')).toMatchObject({ exitCode: 0 });
  });

  test('is told nothing by a process that knows itself to be replaced', async () => {
    const { reach, under } = await make();
    const replaced = under(() => {
      throw stale('another works there');
    });
    await expect(does(replaced, reach)).rejects.toMatchObject(refused);
    await does(
      under(() => 1),
      reach,
    );
  });
});

describe('behind SSH', () => {
  const term = ({ folder }: { readonly folder: string }) => readFileSync(join(folder, 'state/term'), 'utf8');

  test('the term is kept in a file, and of many that come at once the largest one stays', async () => {
    const all = await behindSsh();
    const terms = [5, 3, 9, 1, 7, 8, 2];
    await Promise.all(
      terms.map((one) =>
        all
          .under(() => one)
          .hear(all.reach)
          .catch(() => undefined),
      ),
    );
    expect(term(all)).toBe('9\n');
  });

  test.each(['', 'nonsense\n', '12x\n'])('a file that holds %j is none', async (text) => {
    const all = await behindSsh();
    await all.under(() => 5).hear(all.reach);
    writeFileSync(join(all.folder, 'state/term'), text);
    await all.under(() => 3).hear(all.reach);
    expect(term(all)).toBe('3\n');
  });

  test('what is under way when a later one comes begins nothing more', async () => {
    const all = await behindSsh();
    const { folder, reach, under } = all;
    const changes = [
      taskChange('first', `touch ${folder}/first; until [ -e ${folder}/heard ]; do sleep 0.02; done`),
      taskChange('second', `touch ${folder}/second`),
    ];
    const going = under(() => 1_000).apply(reach, 'app', changes);
    going.catch(() => undefined);
    await expect.poll(() => readdirSync(folder)).toContain('first');
    await under(() => 2_000).hear(reach);
    writeFileSync(join(folder, 'heard'), '');
    await expect(going).rejects.toMatchObject(refused);
    expect(readdirSync(folder)).not.toContain('second');
  });

  test('a machine that cannot keep it says so, and is told nothing more', async () => {
    const { reach, under, folder } = await behindSsh();
    writeFileSync(join(folder, 'state'), 'a file where a folder should be');
    await expect(under(() => 1).hear(reach)).rejects.toMatchObject({ code: 'term-not-kept' });
    await expect(
      does(
        under(() => 1),
        reach,
      ),
    ).rejects.toMatchObject({ code: 'change-failed' });
  });

  test('a process that is woken into another’s term gets no permission, though the machine gave it', async () => {
    const { reach, under } = await behindSsh();
    let asked = 0;
    const woken = under(() => {
      if ((asked += 1) > 1) throw stale('another works there');
      return 1_000;
    });
    await expect(woken.hear(reach)).rejects.toMatchObject(refused);
  });
});
