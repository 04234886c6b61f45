/** What of a platform chance may break: machines of the base, where the blueprint allows it, and what lies between them. */
import { layOut, noAssets, nothingTaken, rolesOf, type Machine } from '../../blueprint/platform.ts';
import { entries, the } from '../../blueprint/records.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { MachineName } from '../../model/ids.ts';
import { roles } from '../../roles/index.ts';
import type { Daemon } from '../../roles/role.ts';
import type { Known } from '../faults/targets.ts';

export interface Grounds {
  readonly known: Known;
  /** The whole base. */
  readonly machines: readonly Machine[];
  /** Nothing is done to it. */
  readonly spared?: MachineName;
}

/** `spared`: from where a ledger is written; what it cannot see, nobody could tell from what was broken. */
export function groundsOf(blueprint: Blueprint, spared?: MachineName): Grounds {
  const { machines } = layOut(blueprint, noAssets, nothingTaken);
  const isBreakable = ({ engine }: Machine) => the(blueprint.engines, engine).faults === 'allowed';
  const sites = entries(blueprint.sites).flatMap(([site]) => {
    const there = machines.filter((machine) => machine.site === site);
    return there.length > 0 && there.every(isBreakable) ? [site] : [];
  });
  const breakable = machines.filter(isBreakable);
  return {
    ...{
      machines,
      known: { machines: breakable.map(({ name }) => name), sites, daemons: daemonsOf(blueprint, breakable) },
    },
    ...(spared !== undefined && { spared }),
  };
}

function daemonsOf(blueprint: Blueprint, machines: readonly Machine[]): ReadonlyMap<string, readonly Daemon[]> {
  return new Map(
    machines.map(({ name, pool }) => {
      const daemons = rolesOf(blueprint, pool).flatMap((role): readonly Daemon[] => roles[role].daemons ?? []);
      // Two roles may share one server.
      return [name, [...new Map(daemons.map((daemon) => [daemon.unit, daemon])).values()]];
    }),
  );
}
