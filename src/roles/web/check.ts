import { entries } from '../../blueprint/records.ts';
import type { Finding } from '../../blueprint/problem.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { PoolName } from '../../model/ids.ts';
import type { RoleCheck } from '../role.ts';
import { writtenFolders } from '../writable-folders.ts';

export const checkWeb: RoleCheck = (blueprint) =>
  entries(blueprint.pools).flatMap(
    ([
      pool,
      {
        roles: { web },
      },
    ]) => (web === undefined ? [] : checkWritable(blueprint, pool, web.root, ['pools', pool, 'roles', 'web', 'root'])),
  );

/** PHP runs in no folder that the application may write: then it would run nowhere. */
export function checkWritable(
  blueprint: Blueprint,
  pool: PoolName,
  root: string,
  path: Finding['path'],
): readonly Finding[] {
  if (blueprint.pools[pool]?.roles.php === undefined) return [];
  return writtenFolders(blueprint, pool)
    .filter((folder) => root === folder.path || root.startsWith(`${folder.path}/`))
    .map(({ content, inner }): Finding => ({
      code: 'wrong-value',
      message: `the application may write \`${inner}\` of \`${content}\`, and where it may write no PHP runs: none of these pages would`,
      mend: `name in content.${content}.writable only the folders into which it writes, for example \`${inner}/media\``,
      path,
      at: 'value',
    }));
}
