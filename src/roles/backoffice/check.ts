import { entries } from '../../blueprint/records.ts';
import type { Finding } from '../../blueprint/problem.ts';
import type { RoleCheck } from '../role.ts';
import { checkWritable } from '../web/check.ts';

/** One nginx a machine, PHP behind it, and the machine on the editors' network. */
export const checkBackoffice: RoleCheck = (blueprint) =>
  entries(blueprint.pools).flatMap(([pool, { roles, networks }]): Finding[] => {
    if (roles.backoffice === undefined) return [];
    const path = ['pools', pool, 'roles', 'backoffice'];
    const { network } = roles.backoffice;
    const found: Finding[] = [];
    if (!networks.includes(network)) {
      const mend = `add \`${network}\` to pools.${pool}.networks`;
      found.push({
        code: 'role-needs',
        message: `the machines of \`${pool}\` are not on \`${network}\``,
        mend,
        path: [...path, 'network'],
        at: 'value',
      });
    }
    if (roles.php === undefined) {
      found.push({
        code: 'role-needs',
        message: 'the editors’ site needs PHP',
        mend: `add \`php:\` to pools.${pool}.roles`,
        path,
        at: 'key',
      });
    }
    if (roles.web !== undefined) {
      found.push({
        code: 'role-needs',
        message: '`web` and `backoffice` each want nginx for themselves',
        mend: 'give the editors a pool of their own',
        path,
        at: 'key',
      });
    }
    return [...found, ...checkWritable(blueprint, pool, roles.backoffice.root, [...path, 'root'])];
  });
