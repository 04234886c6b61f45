import { entries, find } from '../../blueprint/records.ts';
import type { Finding } from '../../blueprint/problem.ts';
import { mendName } from '../../blueprint/suggest.ts';
import type { RoleCheck } from '../role.ts';

/** The original lies on a machine that has the role, and what fills it finds its database. */
export const checkContent: RoleCheck = ({ content, pools, data }) =>
  entries(content).flatMap(([name, { origin, fill }]): Finding[] => {
    const found: Finding[] = [];
    const holder = find(pools, origin);
    if (holder !== undefined && holder.roles.content?.of !== name) {
      found.push({
        code: 'role-needs',
        message: `the pool \`${origin}\` does not hold this content`,
        mend: `add \`content: { of: ${name} }\` to pools.${origin}.roles`,
        path: ['content', name, 'origin'],
        at: 'value',
      });
    }
    const uses = fill?.database;
    const accounts = find(data, uses?.name)?.accounts;
    if (uses !== undefined && accounts !== undefined && !Object.hasOwn(accounts, uses.account)) {
      found.push({
        code: 'unknown-name',
        message: `the database \`${uses.name}\` has no account \`${uses.account}\``,
        mend: mendName(uses.account, Object.keys(accounts), 'account'),
        path: ['content', name, 'fill', 'database', 'account'],
        at: 'value',
      });
    }
    return found;
  });
