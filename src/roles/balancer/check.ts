import type { Finding } from '../../blueprint/problem.ts';
import { find } from '../../blueprint/records.ts';
import type { RoleCheck } from '../role.ts';
import { weightsOf } from './weights.ts';

/** Weights follow a primary, so there is one; and a machine has one weight, whatever is asked of it. */
export const checkWeights: RoleCheck = ({ routes, pools }) =>
  routes.flatMap((route, index): Finding[] => {
    const { to } = route;
    const weights = weightsOf(route);
    const target = find(pools, to);
    const earlier = routes.slice(0, index).find((one) => one.to === to);
    if (target === undefined) return [];
    if (weights !== undefined && target.roles.mariadb === undefined) {
      return [
        {
          code: 'role-needs',
          message: `none of the machines of \`${to}\` is a primary that these weights could follow`,
          mend: 'remove `weights`, or lead the route to the pool with the role `mariadb`',
          path: ['routes', index, 'weights'],
          at: 'key',
        },
      ];
    }
    if (earlier === undefined || areEqual(weights, weightsOf(earlier))) return [];
    return [
      {
        code: 'wrong-value',
        message: `an earlier route to \`${to}\` has other weights`,
        mend: 'give all routes to a pool the same `weights`',
        path: weights === undefined ? ['routes', index, 'to'] : ['routes', index, 'weights'],
        at: weights === undefined ? 'value' : 'key',
      },
    ];
  });

type Weights = { readonly primary: number; readonly others: number } | undefined;

function areEqual(one: Weights, other: Weights): boolean {
  return one?.primary === other?.primary && one?.others === other?.others;
}
