/** A vote without data in a Galera cluster: garbd, for as long as there is a cluster. */
import type { Role, RoleOn, Service } from '../role.ts';
import { clusterName, clusterNetwork, galeraPorts, membersOf, nodesFile, othersOf } from '../galera/cluster.ts';
import { statePort } from '../galera/door.ts';
import { program, programPath } from '../galera/program.ts';
import { providerOptions } from '../galera/timing.ts';
import { lines } from '../text.ts';

const unit = '/etc/systemd/system/spillway-arbiter.service';

export const arbiter: Role<'arbiter'> = {
  packages: ['galera-arbitrator-4', 'perl', 'curl'],
  daemons: [{ process: 'garbd', unit: 'spillway-arbiter.service' }],
  services: (on) => {
    const network = clusterNetwork(on.platform, on.settings.of);
    const sources = othersOf(on.platform, on.settings.of, on.machine);
    if (network === undefined) return [];
    return [
      { name: 'the cluster', port: galeraPorts.group },
      { name: 'how it is', port: statePort },
    ].map((service): Service => ({ ...service, protocol: 'tcp', from: { network, sources } }));
  },
  recipe: (on) => ({
    directories: [
      { path: '/etc/spillway', owner: 'root:root', mode: 0o755 },
      { path: '/usr/local/lib/spillway', owner: 'root:root', mode: 0o755 },
    ],
    files: [
      nodesFile(on.platform, on.settings.of),
      { path: programPath, content: program, owner: 'root:root', mode: 0o755 },
      { path: unit, content: unitConf(on), owner: 'root:root', mode: 0o644 },
    ],
    units: [{ name: 'spillway-arbiter.service', reads: [unit, programPath], rereads: 'restart' }],
    probes: [
      {
        name: 'the arbiter votes',
        run: `[ "$(curl -sS --max-time 3 http://${ownIp(on)}:${statePort}/state 2>&1)" = is=votes ] || echo 'the arbiter does not vote: it sees no cluster'`,
      },
    ],
  }),
};

function ownIp({ platform, machine, settings }: RoleOn<'arbiter'>): string {
  return membersOf(platform, settings.of).find(({ name }) => name === machine.name)?.ip ?? '127.0.0.1';
}

function unitConf(on: RoleOn<'arbiter'>): string {
  const { platform, machine, settings } = on;
  const options = providerOptions({ 'gmcast.listen_addr': `tcp://${ownIp(on)}:${galeraPorts.group}` });
  return lines(
    '[Unit]',
    `Description=A vote in the Galera cluster of ${settings.of}`,
    'After=network.target',
    'StartLimitIntervalSec=0',
    '[Service]',
    'DynamicUser=yes',
    `Environment="GALERA_GROUP=${clusterName(platform, settings.of)}" "GALERA_OPTIONS=${options}"`,
    `ExecStart=${programPath} arbitrate ${machine.name}`,
    // It ends garbd itself, in order: so the cluster knows at once that a vote is gone.
    'KillMode=mixed',
    'Restart=always',
    'RestartSec=1s',
    '[Install]',
    'WantedBy=multi-user.target',
  );
}
