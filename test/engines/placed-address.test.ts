/** The imagined engine places an address as real ones do, and a move may fail midway. */
import { describe, expect, test } from 'vitest';
import type { AddressName, MachineName, NetworkName, PlatformName, SiteName } from '../../src/model/ids.ts';
import type { MachineSpec } from '../../src/model/spec.ts';
import { imaginedEngine } from '../../src/sim/imagined-engine.ts';
import { allWell, createCaller, emptyWorld, type Fates } from '../../src/sim/imagined-world.ts';
import { specifyPlacedAddress } from './placed-address.ts';

const platform = 'shop' as PlatformName;
const network = 'lan' as NetworkName;
const [one, other] = ['database-1', 'database-2'] as MachineName[] as [MachineName, MachineName];

function machine(name: MachineName, ip: string): MachineSpec {
  return {
    ...{ platform, name, pool: 'database', part: 'base', site: 'east', packages: [] },
    flavour: { name: 'small', cores: 1, memoryBytes: 1e9 },
    interfaces: [{ network, ip, prefixLength: 24 }],
    authorizedKey: '',
    hostKey: { private: '', public: '' },
  } as unknown as MachineSpec;
}

async function stage(fates: Fates = allWell) {
  const engine = imaginedEngine(emptyWorld(), createCaller(fates));
  await engine.ensureImage([], () => undefined);
  const sites = ['east' as SiteName];
  await engine.ensureNetwork({ platform, name: network, kind: 'private', cidr: '10.8.0.0/24', sites });
  await engine.createMachine(machine(one, '10.8.0.11'));
  await engine.createMachine(machine(other, '10.8.0.12'));
  return { engine, platform, network, ip: '10.8.0.100', one, other };
}

describe('the imagined engine', async () => {
  const there = await stage();
  specifyPlacedAddress(() => there);
});

test('after a move that failed midway it is on no machine, until it is placed again', async () => {
  let moves = 0;
  const { engine } = await stage(({ verb }) =>
    verb === 'place-address' && (moves += 1) === 2 ? 'fails-midway' : 'well',
  );
  const name = 'writes' as AddressName;
  const on = async () => (await engine.list(platform)).addresses[0]?.on;
  await engine.ensureAddress({ platform, name, network, ip: '10.8.0.100', holders: [one, other], placed: true });
  await engine.placeAddress(platform, name, one);
  await expect(engine.placeAddress(platform, name, other)).rejects.toThrow('place-address writes on database-2');
  expect(await on()).toBeUndefined();
  await engine.placeAddress(platform, name, other);
  expect(await on()).toBe(other);
});
