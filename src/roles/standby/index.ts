/**
 * Services that one machine of the pool runs, each on an address of its own, while the others stand by: installed,
 * stopped, with a copy of the documents. All machines have the same files: which of them runs the services is a matter of
 * moments, and is done by its procedures.
 */
import type { Machine } from '../../blueprint/platform.ts';
import type { FileSpec, Recipe } from '../../model/recipe.ts';
import { mark, type Secret } from '../../model/secrets.ts';
import type { Role, RoleOn, Service } from '../role.ts';
import { differs, lines } from '../text.ts';
import { daemonConf, daemonUnit, fetchText, fetchUnits, nginxConf, serveTemplate } from './conf.ts';
import { confOf, copied, dataPort, fetchScript, fetchUnit, folders, origin, serveUnit } from './places.ts';
import { proceduresOf, runScript, standByScript, unitsOf } from './procedures.ts';
import { hasInnerAddress, innerAddress, servedBy, type Served } from './served.ts';

const daemonName = 'spillway-standby-data.service';
const files = {
  sysctl: '/etc/sysctl.d/90-spillway-standby.conf',
  template: `/etc/systemd/system/${serveUnit('')}`,
  daemon: `${folders.configuration}/rsyncd.conf`,
  daemonSecrets: `${folders.configuration}/rsyncd.secrets`,
  daemonUnit: `/etc/systemd/system/${daemonName}`,
  secret: `${folders.configuration}/copies.secret`,
};
const unitPath = (unit: string) => `/etc/systemd/system/${unit}`;

export const standby: Role<'standby'> = {
  packages: ['nginx-light', 'rsync', 'curl'],
  // The services themselves run on one machine at a time.
  daemons: [{ process: 'rsync', unit: daemonName }],
  services: ({ platform, settings }) => [
    ...servedBy(platform, settings).flatMap(({ name, network, ip, port }): Service[] => [
      { name, protocol: 'tcp', port, from: { network, sources: settings.from, to: ip } },
      { name, protocol: 'tcp', port, from: 'flows' },
    ]),
    { name: 'documents', protocol: 'tcp', port: dataPort, from: 'pool' },
  ],
  leads: (on) => (runsThem(on) ? `primary.${on.pool}` : undefined),
  procedures: ({ platform, pool, settings }) =>
    proceduresOf(servedBy(platform, settings), innerAddress(platform, pool).ip),
  failover: (blueprint, pool, { failover, hold }) =>
    hasInnerAddress(blueprint, pool)
      ? { automatic: failover === 'automatic', holdMs: hold, waits: 'never' }
      : undefined,
  keepsData: () => true,
  dataFrom: (on) => (runsThem(on) ? [] : [whoRunsThem(on).name]),
  recipe: (on) => {
    const served = servedBy(on.platform, on.settings);
    const own = filesOf(on, served);
    return {
      directories: [
        { path: '/etc/spillway', owner: 'root:root', mode: 0o755 },
        { path: folders.configuration, owner: 'root:root', mode: 0o755 },
        { path: '/usr/local/lib/spillway', owner: 'root:root', mode: 0o755 },
        { path: folders.documents, owner: 'root:root', mode: 0o755 },
        ...served.map(({ name }) => ({
          path: `${folders.documents}/${name}`,
          owner: 'www-data:www-data' as const,
          mode: 0o755,
        })),
      ],
      files: own,
      synced: [folders.documents],
      units: [
        { name: 'systemd-sysctl.service', reads: [files.sysctl], rereads: 'restart' },
        { name: daemonName, reads: [files.daemon, files.daemonUnit], rereads: 'restart' },
        {
          name: `${fetchUnit}.timer`,
          reads: [unitPath(`${fetchUnit}.service`), unitPath(`${fetchUnit}.timer`)],
          rereads: 'restart',
        },
      ],
      ...(runsThem(on) ? running(served) : standingBy(on, served)),
    };
  },
};

function runsThem(on: RoleOn<'standby'>): boolean {
  return whoRunsThem(on).name === on.machine.name;
}

/** The one that the controller made it, or before that the first. */
function whoRunsThem({ platform, machine: { pool } }: RoleOn<'standby'>): Machine {
  const machines = platform.pools.get(pool) ?? [];
  const kept = platform.primacies.get(pool)?.primary;
  const found = machines.find(({ name }) => name === kept) ?? machines[0];
  if (found === undefined) throw new Error(`the pool ${pool} has no machine`);
  return found;
}

function filesOf({ platform, pool, settings }: RoleOn<'standby'>, served: readonly Served[]): readonly FileSpec[] {
  const password = mark({ kind: 'password', name: `standby/${pool}` } satisfies Secret);
  const open = { owner: 'root:root', mode: 0o644 } as const;
  const secret = { owner: 'root:root', mode: 0o600 } as const;
  return [
    {
      path: files.sysctl,
      content: lines(
        '# The services listen on their addresses before this machine holds them.',
        'net.ipv4.ip_nonlocal_bind = 1',
      ),
      ...open,
    },
    ...served.map((one): FileSpec => ({ path: confOf(one.name), content: nginxConf(one), ...open })),
    { path: files.template, content: serveTemplate(), ...open },
    { path: files.daemon, content: daemonConf(files.daemonSecrets), ...open },
    { path: files.daemonSecrets, content: lines(`copies:${password}`), ...secret },
    { path: files.daemonUnit, content: daemonUnit(files.daemon), ...open },
    { path: files.secret, content: lines(password), ...secret },
    {
      path: fetchScript,
      content: fetchText(served, innerAddress(platform, pool).ip, files.secret),
      owner: 'root:root',
      mode: 0o755,
    },
    ...fetchUnits(fetchScript, settings.every).map(([unit, content]): FileSpec => ({
      path: unitPath(unit),
      content,
      ...open,
    })),
  ];
}

type Part = Pick<Recipe, 'tasks' | 'probes'> & Partial<Pick<Recipe, 'after'>>;

/** Services that the blueprint no longer has. */
const former = (served: readonly Served[]) =>
  `systemctl list-units --state=active,activating --plain --no-legend 'spillway-serve@*.service' | awk '{ print $1 }' | grep -vxE '${served.map(({ name }) => serveUnit(name).replaceAll('.', '\\.')).join('|')}'`;

function running(served: readonly Served[]): Part {
  return {
    tasks: [
      {
        name: 'run the services',
        when: 'after-units',
        isPart: true,
        check: lines(
          differs,
          served.flatMap(({ name }) => [
            `systemctl is-enabled --quiet ${serveUnit(name)} || differs 'the service ${name} would not start with the machine'`,
            `systemctl is-active --quiet ${serveUnit(name)} || differs 'the service ${name} does not run'`,
          ]),
          `[ -e ${origin} ] || differs 'nobody ran them here yet'`,
          `[ -z "$(${former(served)})" ] || differs 'there is one that is not wanted any more'`,
        ),
        run: lines(
          `for unit in $(${former(served)}); do systemctl disable --quiet --now "$unit" || systemctl stop "$unit"; done`,
          'systemctl daemon-reload',
          runScript(served, 'reload-or-restart').trimEnd(),
        ),
        inputs: [files.template, ...served.map(({ name }) => confOf(name))],
      },
    ],
    probes: served.map(({ name, ip, port }) => ({
      name: `the service ${name} answers`,
      run: `curl -s -o /dev/null --max-time 3 http://${ip}:${port}/ || echo 'the service ${name} does not answer at ${ip}:${port}'`,
    })),
  };
}

function standingBy(on: RoleOn<'standby'>, served: readonly Served[]): Part {
  const units = unitsOf(served);
  // Chosen: two fetches may fail before somebody should look.
  const oldSeconds = Math.ceil((3 * on.settings.every) / 1000) + 30;
  return {
    tasks: [
      {
        name: 'stand by',
        when: 'after-units',
        check: lines(
          differs,
          // Each exits 0 if any of them is so.
          `! systemctl is-enabled --quiet ${units} || differs 'they would start with the machine'`,
          `! systemctl is-active --quiet ${units} || differs 'services run that should stand by'`,
          `[ -z "$(${former(served)})" ] || differs 'there is one that is not wanted any more'`,
        ),
        run: lines(
          `for unit in $(${former(served)}); do systemctl disable --quiet --now "$unit" || systemctl stop "$unit"; done`,
          'systemctl daemon-reload',
          standByScript(served).trimEnd(),
        ),
      },
      {
        name: 'fetch the documents',
        when: 'after-units',
        check: lines(differs, `[ -e ${copied} ] || differs 'there is no copy yet'`),
        run: fetchScript,
      },
    ],
    probes: [
      {
        name: 'the copy is fresh',
        run: lines(
          `at=$(cat ${copied} 2>/dev/null) || { echo 'there is no copy of the documents'; exit; }`,
          'old=$(( $(date +%s) - at ))',
          `[ "$old" -le ${oldSeconds} ] || echo "the documents were last fetched $old s ago"`,
        ),
      },
    ],
    after: [{ machine: whoRunsThem(on).name, role: 'standby' }],
  };
}
