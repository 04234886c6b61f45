/** How OpenSSH's own client reaches a machine, with the platform's key and the host key that the machine was made with. */
import { mendName } from '../blueprint/suggest.ts';
import { SpillwayError } from '../model/errors.ts';
import { inventoriesOf } from '../runtime/observe.ts';
import type { Work } from './work.ts';

/** The words of the `ssh` command; no secret is among them. */
export async function sshWords(work: Work, wanted: string, command: readonly string[]): Promise<readonly string[]> {
  const { engines, blueprint, vault, sshFiles } = work;
  const inventories = await inventoriesOf(engines, blueprint.platform);
  const machines = [...inventories.values()].flatMap((inventory) => inventory.machines);
  const machine = machines.find(({ name }) => name === wanted);
  if (machine === undefined) {
    const names = machines.map(({ name }) => name);
    throw new SpillwayError({
      code: 'no-machine',
      message: `${blueprint.platform} has no machine \`${wanted}\``,
      mend:
        names.length === 0
          ? `bring it up first: spillway up ${blueprint.platform}`
          : mendName(wanted, names, 'machine'),
      exit: 'wrongInput',
    });
  }
  const { host, port } = machine.reach;
  const pinned = machines.map(({ name }) => ({ machine: name, publicKey: vault.hostKey(name).public }));
  const { identity, knownHosts } = sshFiles(pinned);
  return [
    ...['-i', identity, '-p', String(port), '-l', 'root'],
    ...['-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'GlobalKnownHostsFile=/dev/null'],
    ...['-o', `HostKeyAlias=${machine.name}`, '-o', 'StrictHostKeyChecking=yes'],
    ...['-o', 'IdentitiesOnly=yes', '-o', 'LogLevel=ERROR', host],
    ...(command.length === 0 ? [] : ['--', ...command]),
  ];
}
