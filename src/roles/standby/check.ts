import { entries, find, the } from '../../blueprint/records.ts';
import type { Finding } from '../../blueprint/problem.ts';
import type { Blueprint, RoleSettings } from '../../blueprint/schema.ts';
import type { PoolName } from '../../model/ids.ts';
import type { RoleCheck } from '../role.ts';
import { hasInnerAddress } from './served.ts';

/** There is somebody who stands by and finds who runs the services; each service has its own address. */
export const checkStandby: RoleCheck = (blueprint) =>
  entries(blueprint.pools).flatMap(([pool, { roles }]): readonly Finding[] => {
    const settings = roles.standby;
    if (settings === undefined) return [];
    return [...ofPool(blueprint, pool, settings), ...ofServices(blueprint, pool, settings)];
  });

function ofPool(blueprint: Blueprint, pool: PoolName, settings: RoleSettings['standby']): readonly Finding[] {
  const { pools, flows } = blueprint;
  const { base, overflow } = the(pools, pool);
  const at = ['pools', pool];
  const role = [...at, 'roles', 'standby'];
  const found: Finding[] = [];
  const say = (message: string, mend: string, path: Finding['path'], where: Finding['at'] = 'key') =>
    found.push({ code: 'role-needs', message, mend, path, at: where });
  if (base.count < 2) {
    say(`nobody stands by in \`${pool}\``, 'raise its count to 2', [...at, 'base', 'count'], 'value');
  }
  if (overflow !== undefined) {
    say(
      `\`${pool}\` holds documents, which cannot come and go with the load`,
      'remove `overflow`, or give the services a pool of their own',
      [...at, 'overflow'],
    );
  }
  if (!hasInnerAddress(blueprint, pool)) {
    say(
      `who stands by in \`${pool}\` finds who runs the services by an address, and there is none on a private network`,
      `add one of \`${pool}\` to addresses`,
      role,
    );
  }
  if (settings.failover === 'automatic' && !flows.some(({ from, to }) => to === pool && from !== pool)) {
    say(
      `nobody outside of \`${pool}\` can be asked whether its services answer, before they are moved`,
      `add a flow to \`${pool}\` from a pool that shall be asked, or write \`failover: by hand\``,
      role,
    );
  }
  return found;
}

function ofServices(
  { addresses }: Blueprint,
  pool: PoolName,
  { services }: RoleSettings['standby'],
): readonly Finding[] {
  const all = entries(services);
  return all.flatMap(([name, { address, port }], index): Finding[] => {
    const path = ['pools', pool, 'roles', 'standby', 'services', name, 'address'];
    const holder = find(addresses, address);
    if (holder !== undefined && holder.pool !== pool) {
      const message = `the address \`${address}\` is that of \`${holder.pool}\``;
      return [{ code: 'role-needs', message, mend: `give the service one of \`${pool}\``, path, at: 'value' }];
    }
    const earlier = all.slice(0, index).find(([, other]) => other.address === address && other.port === port);
    if (earlier === undefined) return [];
    const message = `the service \`${earlier[0]}\` answers there already, at port ${port}`;
    return [{ code: 'duplicate-name', message, mend: 'give it another address, or another port', path, at: 'value' }];
  });
}
