/** What roles say of copies of their machines. */
import { rolesOf } from '../blueprint/platform.ts';
import type { Finding } from '../blueprint/problem.ts';
import { entries } from '../blueprint/records.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import type { PoolName } from '../model/ids.ts';
import { roles } from './index.ts';

/** Folders of the pool's machines whose files no bake has. */
export function transientOf(blueprint: Blueprint, pool: PoolName): readonly string[] {
  return rolesOf(blueprint, pool).flatMap((role) => roles[role].transient ?? []);
}

/** A copy can only be taken where the overflow is, of roles that allow it, and of a machine that holds no original. */
export function checkBaking(blueprint: Blueprint): readonly Finding[] {
  return entries(blueprint.pools).flatMap(([pool, { base, overflow }]): readonly Finding[] => {
    if (overflow?.bake !== true) return [];
    const path = ['pools', pool, 'overflow', 'bake'];
    const mend = 'remove `bake`: its machines are then made from the image';
    const strangers = rolesOf(blueprint, pool).filter((role) => roles[role].bakes !== true);
    const originals = entries(blueprint.content).filter(([, { origin }]) => origin === pool);
    return [
      ...strangers.map((role): Finding => ({
        code: 'role-needs',
        message: `a machine with the role \`${role}\` cannot begin as a copy of another`,
        mend,
        path,
        at: 'value',
      })),
      ...(base.count > 1 ? [] : originals).map(([content]): Finding => ({
        code: 'role-needs',
        message: `the only machine to copy holds the original of \`${content}\``,
        mend: `raise pools.${pool}.base.count, or remove \`bake\``,
        path,
        at: 'value',
      })),
      ...(base.engine === undefined || overflow.engine === undefined || base.engine === overflow.engine
        ? []
        : [
            {
              code: 'role-needs' as const,
              message: 'a copy cannot be carried from one engine to another',
              mend,
              path,
              at: 'value' as const,
            },
          ]),
    ];
  });
}
