/** Where a pool's software says why something fails: units of systemd, and files. */
import { rolesOf } from '../blueprint/platform.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import type { PoolName } from '../model/ids.ts';
import type { Logs } from '../model/plan.ts';
import { roles } from './index.ts';
import type { Daemon } from './role.ts';

export function logsOf(blueprint: Blueprint, pool: PoolName): Logs {
  const daemons = rolesOf(blueprint, pool).flatMap((role): readonly Daemon[] => roles[role].daemons ?? []);
  return {
    units: [...new Set(daemons.map(({ unit }) => unit))],
    files: [...new Set(daemons.flatMap(({ logs = [] }) => logs))],
  };
}
