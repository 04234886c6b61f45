/**
 * The files of a content. Its releases come from the controller, each machine has them itself, and switches from one to
 * the next in an instant. What applications write lies outside of releases, and is exchanged between machines.
 */
import { the } from '../../blueprint/records.ts';
import { mark } from '../../model/secrets.ts';
import type { Recipe } from '../../model/recipe.ts';
import { databaseRole } from '../databases.ts';
import { databaseEnvironment } from '../mariadb/accounts.ts';
import type { Role, RoleOn } from '../role.ts';
import { differs, lines } from '../text.ts';
import { exchangeRecipe, rsyncPort, settingsFolder } from './exchange.ts';
import {
  contentFolders,
  exchangesFolder,
  holdersOf,
  mayWrite,
  originOf,
  writableFolders,
  writtenFolder,
} from './places.ts';
import { releaseSpecs } from './releases.ts';

export const content: Role<'content'> = {
  packages: ['rsync', 'inotify-tools'],
  bakes: true,
  transient: [exchangesFolder],
  services: ({ platform: { blueprint }, settings }) =>
    the(blueprint.content, settings.of).writable.length === 0
      ? []
      : [{ name: 'content', protocol: 'tcp', port: rsyncPort, from: { pools: holdersOf(blueprint, settings.of) } }],
  keepsData: (on) => isOrigin(on) && isAlone(on),
  isApart: (on) => isOrigin(on) && the(on.platform.blueprint.content, on.settings.of).writable.length > 0,
  recipe(on) {
    const { platform, settings } = on;
    const { path, writable } = the(platform.blueprint.content, settings.of);
    const parent = path.slice(0, path.lastIndexOf('/'));
    const exchanged = exchangeRecipe(on);
    const filled = isOrigin(on) ? filling(on) : undefined;
    const owner = mayWrite(platform.blueprint, on.pool, settings) ? 'www-data:www-data' : 'root:root';
    return {
      directories: [
        { path: '/etc/spillway', owner: 'root:root', mode: 0o755 },
        { path: settingsFolder, owner: 'root:root', mode: 0o700 },
        ...(parent === '' ? [] : [{ path: parent, owner: 'root:root' as const, mode: 0o755 }]),
        ...contentFolders(settings.of).map((one) => ({ path: one, owner: 'root:root' as const, mode: 0o755 })),
        // Those between are root's, so that no application can put another folder in the place of one.
        ...foldersAbove(writable).map((inner) => ({
          path: `${writtenFolder(settings.of)}/${inner}`,
          owner: 'root:root' as const,
          mode: 0o755,
        })),
        ...writableFolders(platform.blueprint, settings.of).map(
          ({ at }) => ({ path: at, owner, mode: 0o755 }) as const,
        ),
        ...exchanged.directories,
      ],
      releases: releaseSpecs(on, isOrigin(on)),
      files: [...exchanged.files, ...(filled?.files ?? [])],
      synced: [path],
      units: exchanged.units,
      tasks: [...exchanged.tasks, ...(filled?.tasks ?? [])],
      probes: [
        { name: 'a release is shown', run: `[ -d ${path}/ ] || echo 'no release of ${settings.of} is shown'` },
        ...exchanged.probes,
      ],
      after: [
        ...(isOrigin(on) ? [] : [{ machine: originOf(platform, settings.of).name, role: 'content' }]),
        // What fills it asks every server of its database, which may be another one.
        ...(filled !== undefined && filled.after.length > 0 ? filled.after : schemaFirst(on)),
      ],
    };
  },
};

function isOrigin({ platform, machine, settings }: RoleOn<'content'>): boolean {
  return originOf(platform, settings.of).name === machine.name;
}

/** What applications wrote is on no other machine, or only on such that come and go. */
function isAlone({ platform, settings }: RoleOn<'content'>): boolean {
  const { writable } = the(platform.blueprint.content, settings.of);
  const holders = holdersOf(platform.blueprint, settings.of).flatMap((pool) => platform.pools.get(pool) ?? []);
  return writable.length > 0 && holders.filter(({ part }) => part === 'base').length === 1;
}

function foldersAbove(paths: readonly string[]): readonly string[] {
  const folders = paths.flatMap((path) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  return [...new Set(folders)].sort();
}

/** What is released may need the schema that came with it. Where the database stands on the same machines, it comes first anyway. */
function schemaFirst(on: RoleOn<'content'>): Recipe['after'] {
  const { blueprint } = on.platform;
  const name = the(blueprint.pools, on.pool).roles.php?.database?.name;
  if (name === undefined || the(blueprint.data, name).pool === on.pool) return [];
  return databaseMachines(on, name);
}

/** What makes the first data and files, on the origin alone. */
function filling(on: RoleOn<'content'>): Pick<Recipe, 'files' | 'tasks' | 'after'> {
  const { platform, settings } = on;
  const { path, fill } = the(platform.blueprint.content, settings.of);
  if (fill === undefined) return { files: [], tasks: [], after: [] };
  const environment = fill.database === undefined ? [] : databaseEnvironment(platform, fill.database, mark);
  const environmentFile = `${settingsFolder}/${settings.of}.env`;
  const inside = (command: string) =>
    lines(
      `set -a; . ${environmentFile}; set +a`,
      `cd ${path}/`,
      `setpriv --reuid=www-data --regid=www-data --init-groups sh -c '${command.replaceAll("'", `'\\''`)}'`,
    );
  return {
    files: [
      {
        path: environmentFile,
        content: lines(environment.map(([name, value]) => `${name}=${value}`)),
        owner: 'root:root' as const,
        mode: 0o600,
      },
    ],
    tasks: [
      {
        name: `fill ${settings.of}`,
        when: 'after-units',
        // What a site's own command prints may be anything, a password too.
        check: lines(differs, '{', inside(fill.check).trimEnd(), '} >/dev/null || differs "its check exits with $?"'),
        run: inside(fill.run),
      },
    ],
    after: fill.database === undefined ? [] : databaseMachines(on, fill.database.name),
  };
}

/** Every server of the database comes first, so that no replica starts from a copy that is being filled. */
function databaseMachines(
  { platform }: RoleOn<'content'>,
  database: NonNullable<RoleOn<'php'>['settings']['database']>['name'],
): Recipe['after'] {
  const { pool } = the(platform.blueprint.data, database);
  const role = databaseRole(platform.blueprint, pool) ?? '';
  return (platform.pools.get(pool) ?? []).map(({ name }) => ({ machine: name, role }));
}
