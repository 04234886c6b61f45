/** A copy of a site's files, kept equal to its origin by rsync. The origin serves them read-only to the pools that hold copies. */
import { formatDuration } from '../../model/quantities.ts';
import { ipOn, networkBetween, type Machine } from '../../blueprint/platform.ts';
import { the } from '../../blueprint/records.ts';
import type { FileSpec } from '../../model/recipe.ts';
import { mark, type Secret } from '../../model/secrets.ts';
import { databaseEnvironment } from '../mariadb/accounts.ts';
import type { Role, RoleOn } from '../role.ts';
import { lines } from '../text.ts';

const rsyncPort = 873;
const folder = '/etc/spillway/content';

export const content: Role<'content'> = {
  packages: ['rsync'],
  services: (on) => (isOrigin(on) ? [{ name: 'content', protocol: 'tcp', port: rsyncPort, from: 'flows' }] : []),
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
  const environment = fill?.database === undefined ? [] : databaseEnvironment(platform.blueprint, fill.database, mark);
  const environmentFile = `${folder}/${settings.of}.env`;
  const inside = (command: string) =>
    lines(
      `set -a; . ${environmentFile}; set +a`,
      `cd ${path}`,
      `exec setpriv --reuid=www-data --regid=www-data --init-groups sh -c '${command.replaceAll("'", `'\\''`)}'`,
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
        : [{ name: `fill ${settings.of}`, when: 'after-units', check: inside(fill.check), run: inside(fill.run) }],
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
  return (platform.pools.get(pool) ?? []).map(({ name }) => ({ machine: name, role: 'mariadb' }));
}

function daemonConf({ platform, settings, machine }: RoleOn<'content'>, path: string): string {
  return lines(
    'uid = root',
    'gid = root',
    'use chroot = yes',
    'read only = yes',
    'reverse lookup = no',
    'dont compress = *',
    `address = ${ipOn(machine, networkBetween(platform.blueprint, machine.pool, machine.pool)) ?? '127.0.0.1'}`,
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
  const units = [`/etc/systemd/system/${unit}.service`, `/etc/systemd/system/${unit}.timer`] as const;
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
          '[ "$1" = --check ] && set -- --dry-run --itemize-changes',
          `exec rsync --archive --delete --delete-delay --contimeout=5 --timeout=30 --password-file=${secret} "$@" rsync://copies@${from}/${settings.of}/ ${path}/`,
        ),
        owner: 'root:root',
        mode: 0o755,
      },
      {
        path: units[0],
        content: lines(
          '[Unit]',
          `Description=Content ${settings.of} from ${origin.name}`,
          '[Service]',
          'Type=oneshot',
          `ExecStart=${fetch}`,
        ),
        owner: 'root:root',
        mode: 0o644,
      },
      {
        path: units[1],
        content: lines(
          '[Unit]',
          `Description=Every ${formatDuration(settings.every)}: content ${settings.of}`,
          '[Timer]',
          `OnActiveSec=${settings.every}ms`,
          `OnUnitInactiveSec=${settings.every}ms`,
          'AccuracySec=500ms',
          '[Install]',
          'WantedBy=timers.target',
        ),
        owner: 'root:root',
        mode: 0o644,
      },
    ],
    units: [{ name: `${unit}.timer`, reads: units, rereads: 'restart' }],
    tasks: [
      {
        name: `fetch ${settings.of}`,
        when: 'before-units',
        // Unreachable is not different: then the last copy serves on, and the probe says so.
        check: lines(
          `differs=$(${fetch} --check 2>/dev/null) || { [ -n "$(ls -A ${path})" ]; exit; }`,
          'test -z "$differs"',
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

function foldersOf(paths: readonly string[]): readonly string[] {
  const folders = paths.flatMap((path) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  return [...new Set(folders)].sort();
}
