/** A copy of a site's files, kept equal to its origin by rsync. The origin serves them read-only to the pools that hold copies. */
import { formatDuration } from '../../model/quantities.ts';
import { ipOn, networkBetween, type Machine } from '../../blueprint/platform.ts';
import { the } from '../../blueprint/records.ts';
import type { FileSpec } from '../../model/recipe.ts';
import { mark, type Secret } from '../../model/secrets.ts';
import { databaseRole } from '../databases.ts';
import { databaseEnvironment } from '../mariadb/accounts.ts';
import type { Role, RoleOn } from '../role.ts';
import { differs, lines } from '../text.ts';
import { rsyncPort } from './port.ts';

const folder = '/etc/spillway/content';

export const content: Role<'content'> = {
  packages: ['rsync'],
  bakes: true,
  services: (on) =>
    isOrigin(on)
      ? [
          { name: 'content', protocol: 'tcp', port: rsyncPort, from: 'flows' },
          { name: 'content', protocol: 'tcp', port: rsyncPort, from: 'pool' },
        ]
      : [],
  keepsData: isOrigin,
  recipe: (on) => (isOrigin(on) ? originRecipe(on) : copyRecipe(on)),
};

function isOrigin(on: RoleOn<'content'>): boolean {
  return originOf(on).name === on.machine.name;
}

function originOf({ platform, settings }: RoleOn<'content'>): Machine {
  const { origin } = the(platform.blueprint.content, settings.of);
  const machine = platform.pools.get(origin)?.[0];
  if (machine === undefined) throw new Error(`the content ${settings.of} has no origin`);
  return machine;
}

const secretOf = (on: RoleOn<'content'>): Secret => ({ kind: 'password', name: `content/${on.settings.of}` });

function originRecipe(on: RoleOn<'content'>): ReturnType<Role<'content'>['recipe']> {
  const { platform, settings } = on;
  const { path, fill, writable } = the(platform.blueprint.content, settings.of);
  const assets = platform.assets.content.get(settings.of) ?? [];
  const environment = fill?.database === undefined ? [] : databaseEnvironment(platform, fill.database, mark);
  const environmentFile = `${folder}/${settings.of}.env`;
  const inside = (command: string) =>
    lines(
      `set -a; . ${environmentFile}; set +a`,
      `cd ${path}`,
      `setpriv --reuid=www-data --regid=www-data --init-groups sh -c '${command.replaceAll("'", `'\\''`)}'`,
    );
  return {
    directories: [
      { path: '/etc/spillway', owner: 'root:root', mode: 0o755 },
      { path: folder, owner: 'root:root', mode: 0o700 },
      { path, owner: 'root:root', mode: 0o755 },
      ...foldersOf(assets.map((asset) => asset.path)).map((inner) => ({
        path: `${path}/${inner}`,
        owner: 'root:root' as const,
        mode: 0o755,
      })),
      ...writable.map((inner) => ({ path: `${path}/${inner}`, owner: 'www-data:www-data' as const, mode: 0o755 })),
    ],
    files: [
      ...assets.map((asset): FileSpec => ({
        path: `${path}/${asset.path}`,
        content: asset.text,
        ...(asset.encoding && { encoding: asset.encoding }),
        owner: 'root:root',
        mode: 0o644,
      })),
      { path: '/etc/rsyncd.conf', content: daemonConf(on, path), owner: 'root:root', mode: 0o644 },
      { path: '/etc/rsyncd.secrets', content: lines(`copies:${mark(secretOf(on))}`), owner: 'root:root', mode: 0o600 },
      ...(fill === undefined
        ? []
        : [
            {
              path: environmentFile,
              content: lines(environment.map(([name, value]) => `${name}=${value}`)),
              owner: 'root:root' as const,
              mode: 0o600,
            },
          ]),
    ],
    units: [{ name: 'rsync.service', reads: ['/etc/rsyncd.conf'], rereads: 'restart' }],
    tasks:
      fill === undefined
        ? []
        : [
            {
              name: `fill ${settings.of}`,
              when: 'after-units',
              // What a site's own command prints may be anything, a password too.
              check: lines(
                differs,
                '{',
                inside(fill.check).trimEnd(),
                '} >/dev/null || differs "its check exits with $?"',
              ),
              run: inside(fill.run),
            },
          ],
    probes: [
      {
        name: 'content is served',
        run: `systemctl is-active --quiet rsync.service || echo 'the rsync daemon does not run'`,
      },
    ],
    after:
      fill?.database === undefined ? [] : databaseMachines(on, the(platform.blueprint.data, fill.database.name).pool),
  };
}

/** Every server of the database comes first, so that no replica starts from a copy that is being filled. */
function databaseMachines({ platform }: RoleOn<'content'>, pool: Machine['pool']) {
  const role = databaseRole(platform.blueprint, pool) ?? '';
  return (platform.pools.get(pool) ?? []).map(({ name }) => ({ machine: name, role }));
}

/** On all its addresses, for copies may come over several networks: the firewall says over which. */
function daemonConf({ settings }: RoleOn<'content'>, path: string): string {
  return lines(
    'uid = root',
    'gid = root',
    'use chroot = yes',
    'read only = yes',
    'reverse lookup = no',
    'dont compress = *',
    `[${settings.of}]`,
    `path = ${path}`,
    'auth users = copies',
    'secrets file = /etc/rsyncd.secrets',
  );
}

function copyRecipe(on: RoleOn<'content'>): ReturnType<Role<'content'>['recipe']> {
  const { platform, machine, settings } = on;
  const origin = originOf(on);
  const { path } = the(platform.blueprint.content, settings.of);
  const from = ipOn(origin, networkBetween(platform.blueprint, machine.pool, origin.pool)) ?? '';
  const fetch = `/usr/local/lib/spillway/fetch-${settings.of}`;
  const secret = `${folder}/${settings.of}.secret`;
  const unit = `spillway-content-${settings.of}`;
  const schedules = [
    {
      name: unit,
      says: `Every ${formatDuration(settings.every)}: content ${settings.of} from ${origin.name}`,
      service: [`ExecStart=${fetch}`],
      timer: [`OnActiveSec=${settings.every}ms`, `OnUnitInactiveSec=${settings.every}ms`, 'AccuracySec=500ms'],
    },
    {
      name: `${unit}-exact`,
      says: `Every day: content ${settings.of} from ${origin.name}, by what is in the files`,
      service: [`ExecStart=${fetch} --checksum`, 'Nice=19', 'IOSchedulingClass=idle'],
      // Spread over the night, so that the origin is not read by all at once.
      timer: ['OnCalendar=02:00', 'RandomizedDelaySec=3h'],
    },
  ];
  return {
    directories: [
      { path: '/etc/spillway', owner: 'root:root', mode: 0o755 },
      { path: folder, owner: 'root:root', mode: 0o700 },
      { path: '/usr/local/lib/spillway', owner: 'root:root', mode: 0o755 },
      { path, owner: 'root:root', mode: 0o755 },
    ],
    files: [
      { path: secret, content: lines(mark(secretOf(on))), owner: 'root:root', mode: 0o600 },
      {
        path: fetch,
        content: lines(
          '#!/bin/sh',
          '# Fetches what changed; with --check prints what differs and changes nothing.',
          '# A file is taken for unchanged by its size and its time to the nanosecond;',
          '# with --checksum by its content, which reads every file on both machines.',
          'if [ "$1" = --check ]; then shift; set -- --dry-run --itemize-changes "$@"; fi',
          'rsync --archive --delete --delete-delay --modify-window=-1 --contimeout=5 --timeout=30 \\',
          `  --password-file=${secret} "$@" rsync://copies@${from}/${settings.of}/ ${path}/`,
          '# 24: a file was deleted there meanwhile; the next time it is so here.',
          'code=$?; [ $code = 24 ] || exit $code',
        ),
        owner: 'root:root',
        mode: 0o755,
      },
      ...schedules.flatMap(unitFiles),
    ],
    synced: [path],
    units: schedules.map(({ name }) => ({ name: `${name}.timer`, reads: unitPaths(name), rereads: 'restart' })),
    tasks: [
      {
        name: `fetch ${settings.of}`,
        when: 'before-units',
        check: lines(
          differs,
          `changes=$(${fetch} --check 2>/dev/null) || {`,
          `  [ -n "$(ls -A ${path})" ] || differs 'there is no copy yet'`,
          // Unreachable is not different: then the last copy serves on, and the probe says so.
          '  exit 0',
          '}',
          `[ -z "$changes" ] || differs "$(echo "$changes" | wc -l) files differ from ${origin.name}"`,
        ),
        run: fetch,
      },
    ],
    probes: [
      {
        name: 'content is equal',
        run: lines(
          `differs=$(${fetch} --check 2>&1) || { echo "the origin ${origin.name} does not answer"; exit; }`,
          `[ -z "$differs" ] || echo "$(echo "$differs" | wc -l) files differ from ${origin.name}"`,
        ),
      },
    ],
    after: [{ machine: origin.name, role: 'content' }],
  };
}

interface Schedule {
  readonly name: string;
  readonly says: string;
  readonly service: readonly string[];
  readonly timer: readonly string[];
}

const unitPaths = (name: string) => ['service', 'timer'].map((kind) => `/etc/systemd/system/${name}.${kind}`);

function unitFiles({ name, says, service, timer }: Schedule): readonly FileSpec[] {
  const contents = [
    // A unit that starts more than five times in ten seconds would otherwise not start again.
    lines('[Unit]', `Description=${says}`, 'StartLimitIntervalSec=0', '[Service]', 'Type=oneshot', service),
    lines('[Unit]', `Description=${says}`, '[Timer]', timer, '[Install]', 'WantedBy=timers.target'),
  ];
  return unitPaths(name).map((path, index) => ({
    path,
    content: contents[index] ?? '',
    owner: 'root:root',
    mode: 0o644,
  }));
}

function foldersOf(paths: readonly string[]): readonly string[] {
  const folders = paths.flatMap((path) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  return [...new Set(folders)].sort();
}
