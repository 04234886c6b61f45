import { spawn } from 'node:child_process';
import { load } from '../app/load.ts';
import { withWork } from '../app/work.ts';
import { mendName } from '../blueprint/suggest.ts';
import { SpillwayError } from '../model/errors.ts';
import { inventoriesOf } from '../runtime/observe.ts';
import type { CommandCall } from './commands.ts';

/** OpenSSH's own client, with the platform's key and the host keys that the machines were made with. */
export async function run({ toolbox, operands: [which = '', wanted = '', ...command] }: CommandCall): Promise<number> {
  return withWork(toolbox, load(toolbox, which), async ({ engines, blueprint, vault, sshFiles }) => {
    const inventories = await inventoriesOf(engines, blueprint.platform);
    const machines = [...inventories.values()].flatMap((inventory) => inventory.machines);
    const machine = machines.find(({ name }) => name === wanted);
    if (machine === undefined) {
      throw new SpillwayError({
        code: 'no-machine',
        message: `${blueprint.platform} has no machine \`${wanted}\``,
        mend: machines.length === 0 ? `bring it up first: spillway up ${which}` : mendName(wanted, machines.map(({ name }) => name), 'machine'),
        exit: 'wrongInput',
      });
    }
    const known = machines.map(({ name, reach }) => ({ machine: name, host: reach.host, publicKey: vault.hostKey(name).public }));
    const { identity, knownHosts } = sshFiles(known);
    const argv = [
      ...['-i', identity, '-p', String(machine.reach.port), '-l', 'root'],
      ...['-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'GlobalKnownHostsFile=/dev/null', '-o', `HostKeyAlias=${machine.name}`],
      ...['-o', 'StrictHostKeyChecking=yes', '-o', 'IdentitiesOnly=yes', '-o', 'LogLevel=ERROR'],
      ...[machine.reach.host, ...(command.length === 0 ? [] : ['--', ...command])],
    ];
    return new Promise<number>((resolve, reject) => {
      const child = spawn('ssh', argv, { stdio: 'inherit' });
      child.on('error', reject);
      child.on('exit', (code) => {
        resolve(code ?? 1);
      });
    });
  });
}
