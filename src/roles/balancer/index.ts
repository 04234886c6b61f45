/** HAProxy in front of a pool; keepalived holds the addresses between the machines of this pool. */
import type { PlatformAddress } from '../../blueprint/platform.ts';
import { the } from '../../blueprint/records.ts';
import { portRoutes, webRoutes } from '../../blueprint/routes.ts';
import { mark } from '../../model/secrets.ts';
import type { Role, RoleOn, Service } from '../role.ts';
import { certificatePath, haproxyConf, knownServers, reliefMapConf, tlsHosts } from './haproxy-conf.ts';
import { haproxyEnded, keepalivedConf } from './keepalived-conf.ts';
import { reliefMap } from './relief.ts';
import { runtimeSocket } from './runtime-socket.ts';
import { knownServersFiles, knownServersReads, knownServersUnit } from './servers-known.ts';
import { lines } from '../text.ts';

const files = {
  haproxy: '/etc/haproxy/haproxy.cfg',
  keepalived: '/etc/keepalived/keepalived.conf',
  sysctl: '/etc/sysctl.d/90-spillway-balancer.conf',
  tellsItsEnd: '/etc/systemd/system/haproxy.service.d/spillway.conf',
  startsAgain: '/etc/systemd/system/keepalived.service.d/spillway.conf',
};

export const balancer: Role<'balancer'> = {
  packages: ['haproxy', 'keepalived', 'procps', 'socat'],
  sockets: [runtimeSocket],
  movesAddresses: true,
  daemons: [
    { process: 'haproxy', unit: 'haproxy.service' },
    { process: 'keepalived', unit: 'keepalived.service' },
  ],
  services: (on) => [
    ...heldBy(on).flatMap((address): Service[] => [
      ...portsOf(on, address).map((port) => ({
        name: port === 443 ? 'https' : 'http',
        protocol: 'tcp' as const,
        port,
        from: { network: address.network, sources: 'anyone' as const, to: address.ip },
      })),
      ...passedOnAt(on, address),
    ]),
    { name: 'vrrp', protocol: 'vrrp', from: 'pool' },
  ],
  recipe: (on) => {
    const addresses = heldBy(on);
    const certificates = addresses.flatMap((address) => {
      const hosts = tlsHosts(on, address);
      return hosts.length === 0 ? [] : [{ path: certificatePath(address), hosts }];
    });
    const peers = (on.platform.pools.get(on.machine.pool) ?? []).length > 1;
    return {
      directories: [
        { path: '/etc/haproxy/certificates', owner: 'root:root', mode: 0o700 },
        ...[files.tellsItsEnd, files.startsAgain].map((file) => ({
          ...{ path: folderOf(file), owner: 'root:root' as const, mode: 0o755 },
        })),
      ],
      files: [
        ...certificates.map(({ path, hosts }) => ({
          path,
          content: mark({ kind: 'certificate', hosts }),
          owner: 'root:root' as const,
          mode: 0o600,
        })),
        { path: files.haproxy, content: haproxyConf(on, addresses), owner: 'root:root', mode: 0o644 },
        { path: reliefMap, content: reliefMapConf(on, addresses), owner: 'root:root', mode: 0o644 },
        ...knownServersFiles(knownServers(on, addresses)),
        { path: files.keepalived, content: keepalivedConf(on, addresses), owner: 'root:root', mode: 0o644 },
        {
          path: files.tellsItsEnd,
          content: lines(
            '# keepalived gives the address away as soon as HAProxy ends, however it ends.',
            '[Service]',
            ...knownServersUnit,
            `ExecStartPost=/bin/sh -c 'echo 0 > ${haproxyEnded}'`,
            `ExecStopPost=/bin/sh -c 'echo 1 > ${haproxyEnded}'`,
          ),
          owner: 'root:root',
          mode: 0o644,
        },
        {
          path: files.startsAgain,
          content: lines(
            '# One that crashed leaves the address on its interface, where another machine has it by now.',
            '[Service]',
            'Restart=on-failure',
          ),
          owner: 'root:root',
          mode: 0o644,
        },
        {
          path: files.sysctl,
          content: lines(
            '# HAProxy listens on the address before this machine holds it.',
            'net.ipv4.ip_nonlocal_bind = 1',
          ),
          owner: 'root:root',
          mode: 0o644,
        },
      ],
      units: [
        { name: 'systemd-sysctl.service', reads: [files.sysctl], rereads: 'restart' },
        {
          name: 'haproxy.service',
          reads: [
            files.haproxy,
            files.tellsItsEnd,
            reliefMap,
            ...knownServersReads,
            ...certificates.map(({ path }) => path),
          ],
          rereads: 'reload',
          verify: `haproxy -c -f ${files.haproxy}`,
        },
        { name: 'keepalived.service', reads: [files.keepalived, files.startsAgain], rereads: 'reload' },
      ],
      probes: [
        {
          name: 'HAProxy answers',
          run: `echo 'show info' | timeout 3 socat - UNIX-CONNECT:${runtimeSocket} >/dev/null 2>&1 || echo 'HAProxy’s runtime socket does not answer'`,
        },
        {
          name: 'every server is up',
          ofOthers: true,
          run: lines(
            `echo 'show servers state' | timeout 3 socat - UNIX-CONNECT:${runtimeSocket} 2>/dev/null |`,
            // Columns 4, 6 and 7: the server's name, its state, 2 is up, and what was ordered of it: overflow may be leaving.
            `  awk '/^[0-9]+ / && $6 != 2 && $4 !~ /^alive[.]/ && !($7 != 0 && $4 ~ /-x[0-9]+$/) { print "HAProxy does not see " $4 " up" }'`,
          ),
        },
        ...(peers
          ? [
              {
                name: 'keepalived runs',
                run: `systemctl is-active --quiet keepalived.service || echo 'keepalived does not run'`,
              },
            ]
          : []),
      ],
    };
  },
};

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/'));

function heldBy({ platform, machine }: RoleOn<'balancer'>): readonly PlatformAddress[] {
  return platform.addresses.filter(({ pool }) => pool === machine.pool);
}

function portsOf({ platform }: RoleOn<'balancer'>, address: PlatformAddress): readonly number[] {
  const routes = webRoutes(platform.blueprint).filter((route) => route.address === address.name);
  if (routes.length === 0) return [];
  return routes.some(({ tls }) => tls) ? [80, 443] : [80];
}

/** On a public network anyone may connect; within, whom a flow lets in, and the machines that stand in for one another. */
function passedOnAt(
  { platform: { blueprint } }: RoleOn<'balancer'>,
  { name, network, ip }: PlatformAddress,
): Service[] {
  const isPublic = the(blueprint.networks, network).kind === 'public';
  return portRoutes(blueprint)
    .filter(({ address }) => address === name)
    .flatMap(({ port, to }): Service[] => {
      const service = { name: to, protocol: 'tcp', port } as const;
      if (isPublic) return [{ ...service, from: { network, sources: 'anyone', to: ip } }];
      return [
        { ...service, from: 'flows' },
        { ...service, from: 'pool' },
      ];
    });
}
