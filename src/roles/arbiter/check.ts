import { networkBetween } from '../../blueprint/platform.ts';
import { entries, find } from '../../blueprint/records.ts';
import type { Finding } from '../../blueprint/problem.ts';
import { staying } from '../galera/check.ts';
import type { RoleCheck } from '../role.ts';

/** An arbiter votes in a cluster, is where that is spoken, and not on a node: with the machine, both would be lost. */
export const checkArbiter: RoleCheck = (blueprint) =>
  entries(blueprint.pools).flatMap(([pool, { roles, networks, overflow }]): Finding[] => {
    if (roles.arbiter === undefined) return [];
    const { of } = roles.arbiter;
    const voted = find(blueprint.pools, of);
    const path = ['pools', pool, 'roles', 'arbiter', 'of'];
    const wrong = (message: string, mend: string): Finding => ({
      code: 'role-needs',
      message,
      mend,
      path,
      at: 'value',
    });
    if (voted === undefined) return staying(pool, overflow, 'votes').slice();
    if (voted.roles.galera === undefined)
      return [
        wrong(`the pool \`${of}\` is no cluster in which one could vote`, `add \`galera:\` to pools.${of}.roles`),
      ];
    if (roles.galera !== undefined)
      return [wrong('a machine that holds data votes already', 'give arbiters a pool of their own')];
    const network = networkBetween(blueprint, of, of);
    return [
      ...staying(pool, overflow, 'votes'),
      ...(network === undefined || networks.includes(network)
        ? []
        : [
            wrong(
              `the cluster of \`${of}\` is on the network \`${network}\``,
              `add \`${network}\` to pools.${pool}.networks`,
            ),
          ]),
    ];
  });
