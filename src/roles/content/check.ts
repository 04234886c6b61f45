import { entries, find, the } from '../../blueprint/records.ts';
import type { Finding } from '../../blueprint/problem.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { ContentName, NetworkName, PoolName } from '../../model/ids.ts';
import { checkDatabaseUse } from '../mariadb/use.ts';
import type { RoleCheck } from '../role.ts';

/** The origin has the role, all machines reach it, what fills it can use its database, and no folder is in another's way. */
export const checkContent: RoleCheck = (blueprint) => [
  ...entries(blueprint.content).flatMap(([name, { origin, fill, path, writable }]) => [
    ...systemFolder(name, path),
    ...nested(name, writable),
    ...(originWithoutRole(blueprint, name, origin) ??
      checkDatabaseUse(blueprint, origin, fill?.database, ['content', name, 'fill', 'database'])),
  ]),
  ...outOfReach(blueprint),
  ...pathTakenTwice(blueprint),
];

function originWithoutRole({ pools }: Blueprint, name: ContentName, origin: PoolName): Finding[] | undefined {
  const holder = find(pools, origin);
  if (holder === undefined || holder.roles.content?.of === name) return undefined;
  return [
    {
      code: 'role-needs',
      message: `the pool \`${origin}\` does not hold this content`,
      mend: `add \`content: { of: ${name} }\` to pools.${origin}.roles`,
      path: ['content', name, 'origin'],
      at: 'value',
    },
  ];
}

/** What applications write goes from machine to machine, so that these need a network that both are on. */
function outOfReach(blueprint: Blueprint): readonly Finding[] {
  return entries(blueprint.pools).flatMap(([pool, { roles }]): readonly Finding[] => {
    const held = find(blueprint.content, roles.content?.of);
    if (held === undefined || held.writable.length === 0 || find(blueprint.pools, held.origin) === undefined) return [];
    const reached: readonly NetworkName[] = the(blueprint.pools, held.origin).networks;
    if (the(blueprint.pools, pool).networks.some((network) => reached.includes(network))) return [];
    return [
      {
        code: 'role-needs',
        message: `the machines of \`${pool}\` are on no network on which those of \`${held.origin}\` are, where what applications write is kept`,
        mend: `add one of pools.${held.origin}.networks to pools.${pool}.networks`,
        path: ['pools', pool, 'networks'],
        at: 'value',
      },
    ];
  });
}

/** A folder that lies in another one would be taken for a file of it, and its place could be taken by an application. */
function nested(name: ContentName, writable: readonly string[]): readonly Finding[] {
  return writable.flatMap((folder, index): Finding[] => {
    const outer = writable.find(
      (other, at) => at !== index && (folder.startsWith(`${other}/`) || (folder === other && at < index)),
    );
    if (outer === undefined) return [];
    return [
      {
        code: 'wrong-value',
        message:
          outer === folder
            ? `\`${folder}\` stands here twice`
            : `\`${folder}\` lies in \`${outer}\`, which may be written already`,
        mend: 'remove it from the list',
        path: ['content', name, 'writable', index],
        at: 'value',
      },
    ];
  });
}

/** What Debian keeps for itself: a link in its place would take the system away. */
const systemFolders = [
  ...[
    '/bin',
    '/boot',
    '/dev',
    '/etc',
    '/lib',
    '/lib32',
    '/lib64',
    '/libx32',
    '/proc',
    '/root',
    '/run',
    '/sbin',
    '/sys',
    '/tmp',
    '/usr',
  ],
  ...[
    '/var/backups',
    '/var/cache',
    '/var/lib',
    '/var/local',
    '/var/lock',
    '/var/log',
    '/var/mail',
    '/var/run',
    '/var/spool',
    '/var/tmp',
  ],
];
const sharedFolders = ['/home', '/media', '/mnt', '/opt', '/srv', '/var', '/var/www'];

function systemFolder(name: ContentName, path: string): readonly Finding[] {
  const taken = systemFolders.find((folder) => path === folder || path.startsWith(`${folder}/`));
  const shared = sharedFolders.find((folder) => path === folder);
  if (taken === undefined && shared === undefined) return [];
  return [
    {
      code: 'wrong-value',
      message:
        taken === undefined
          ? `\`${path}\` is a folder of Debian’s that others use too`
          : `\`${path}\` lies where Debian keeps its own files`,
      mend: `choose a folder of its own, for example \`/srv/${name}\``,
      path: ['content', name, 'path'],
      at: 'value',
    },
  ];
}

/** Two contents whose paths are in one another's way, on the same machines. */
function pathTakenTwice({ content }: Blueprint): readonly Finding[] {
  const all = entries(content);
  return all.flatMap(([name, { path }], index): Finding[] => {
    const other = all
      .slice(0, index)
      .find(([, one]) => path === one.path || path.startsWith(`${one.path}/`) || one.path.startsWith(`${path}/`));
    if (other === undefined) return [];
    return [
      {
        code: 'wrong-value',
        message: `\`${path}\` and \`${other[1].path}\` of \`${other[0]}\` lie in one another`,
        mend: `choose a folder of its own, for example \`/srv/${name}\``,
        path: ['content', name, 'path'],
        at: 'value',
      },
    ];
  });
}
