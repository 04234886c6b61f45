/** What one role needs of another pool must be let in there. */
import type { Finding } from '../blueprint/problem.ts';
import { find } from '../blueprint/records.ts';
import type { Blueprint, RoleName } from '../blueprint/schema.ts';
import type { PoolName } from '../model/ids.ts';

interface Need {
  readonly from: PoolName;
  readonly to: PoolName;
  /** The role that answers there; that the pool has it is another check's to say. */
  readonly role: RoleName;
  readonly port: number;
  /** What is there that it needs. */
  readonly what: string;
  /** Where the blueprint says that it needs it. */
  readonly path: Finding['path'];
}

/** Within a pool no flow is needed: roles let their own pool in by themselves. */
export function checkReach(
  { flows, pools }: Blueprint,
  { from, to, role, port, what, path }: Need,
): readonly Finding[] {
  if (from === to || find(pools, from) === undefined || find(pools, to)?.roles[role] === undefined) return [];
  const between = flows.filter((flow) => flow.from === from && flow.to === to);
  if (between.some(({ ports }) => ports?.includes(port) ?? true)) return [];
  return [
    {
      code: 'role-needs',
      message: `no flow lets \`${from}\` reach ${what} on \`${to}\``,
      mend:
        between.length === 0
          ? `add \`{ from: ${from}, to: ${to} }\` to flows`
          : `add ${port} to the ports of the flow from \`${from}\` to \`${to}\``,
      path,
      at: 'value',
      missedIn: 'flows',
    },
  ];
}
