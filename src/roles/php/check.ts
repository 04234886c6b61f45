import { entries, find } from '../../blueprint/records.ts';
import type { Finding } from '../../blueprint/problem.ts';
import { mendName } from '../../blueprint/suggest.ts';
import type { RoleCheck } from '../role.ts';

/** The account that PHP uses exists and may connect from there. */
export const checkPhp: RoleCheck = ({ pools, data }) =>
  entries(pools).flatMap(([pool, { roles }]): Finding[] => {
    const uses = roles.php?.database;
    const accounts = find(data, uses?.name)?.accounts;
    if (uses === undefined || accounts === undefined) return [];
    const path = ['pools', pool, 'roles', 'php', 'database', 'account'];
    const account = find(accounts, uses.account);
    if (account === undefined) {
      const mend = mendName(uses.account, Object.keys(accounts), 'account');
      return [
        {
          code: 'unknown-name',
          message: `the database \`${uses.name}\` has no account \`${uses.account}\``,
          mend,
          path,
          at: 'value',
        },
      ];
    }
    if (account.from.includes(pool)) return [];
    const mend = `add \`${pool}\` to data.${uses.name}.accounts.${uses.account}.from`;
    return [
      {
        code: 'role-needs',
        message: `the account \`${uses.account}\` may not connect from \`${pool}\``,
        mend,
        path,
        at: 'value',
      },
    ];
  });
