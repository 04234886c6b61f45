/** Lab machines without a role: made by the engine, reached over SSH, set up by shell text. */
import { SpillwayError } from '../../../../model/errors.ts';
import type { FlavourName, MachineName, NetworkName, PlatformName, PoolName, SiteName } from '../../../../model/ids.ts';
import type { Engine } from '../../../../ports/engine.ts';
import type { Hosts, Reach } from '../../../../ports/host.ts';
import type { PlatformState, Toolbox } from '../../../toolbox.ts';
import { hardware } from '../primary/hardware.ts';
import type { Member } from './files.ts';

export interface PeerMachines {
  readonly engine: Engine;
  readonly hosts: Hosts;
  readonly reachOf: (machine: string) => Reach;
  /** Runs shell text there; throws what it says when it fails. */
  readonly on: (machine: string, script: string) => Promise<string>;
}

export const cidr = '10.2.0.0/24';
const network = 'inside' as NetworkName;
const sites = ['a', 'b'] as SiteName[];

export async function makeMachines(
  toolbox: Toolbox,
  { vault, hosts }: PlatformState,
  platform: PlatformName,
  members: readonly Member[],
  packages: readonly string[],
  progress: (line: string) => void,
): Promise<PeerMachines> {
  const engine = toolbox.engines().find(({ kind }) => kind === 'lab');
  if (engine === undefined) throw new Error('no lab');
  await engine.ensureImage(packages, progress);
  await engine.ensureNetwork({ platform, name: network, kind: 'private', cidr, sites });
  await Promise.all(
    members.map(({ name, ip }, index) =>
      engine.createMachine({
        ...{ platform, name: name as MachineName, pool: 'peer' as PoolName, part: 'base', packages },
        site: sites[index % sites.length] ?? ('a' as SiteName),
        flavour: { name: 'small' as FlavourName, ...hardware },
        interfaces: [{ network, ip, prefixLength: 24 }],
        authorizedKey: vault.clientKey().public,
        hostKey: vault.hostKey(name as MachineName),
      }),
    ),
  );
  const { machines } = await engine.list(platform);
  const reachOf = (machine: string): Reach => {
    const found = machines.find(({ name }) => name === machine);
    if (found === undefined) throw new Error(`no machine ${machine}`);
    return { machine: found.name, ...found.reach };
  };
  return {
    ...{ engine, hosts, reachOf },
    async on(machine, script) {
      const { stdout, stderr, exitCode } = await hosts.run(reachOf(machine), script);
      if (exitCode !== 0) throw failed(machine, stderr);
      return stdout;
    },
  };
}

/** Shell text that writes the file. */
export function writing(path: string, text: string): string {
  return `mkdir -p ${path.slice(0, path.lastIndexOf('/'))}; echo ${Buffer.from(text).toString('base64')} | base64 -d > ${path}`;
}

function failed(machine: string, stderr: string): SpillwayError {
  return new SpillwayError({
    code: 'bench-peer-failed',
    message: `the peer's ${machine} could not do what it was told: ${stderr.trim().split('\n').slice(-5).join('\n')}`,
    mend: 'the measurement was given up; its machines are removed',
  });
}
