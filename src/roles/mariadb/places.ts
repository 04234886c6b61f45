import type { PoolPart, RoleSettings } from '../../blueprint/schema.ts';
import type { SiteName } from '../../model/ids.ts';

/** Who does what: `machines[i]` is the part of the pool's machine number i + 1. */
interface Places {
  readonly machines: readonly ('primary' | 'replica' | 'none')[];
  /** Parts without a machine; `replica` is the index in the settings, absent for the primary. */
  readonly machineless: readonly { readonly site: SiteName; readonly replica?: number }[];
  /** Sites of machines without a part. */
  readonly idle: readonly SiteName[];
}

/** Gives the primary the first machine of its site, and each replica the next free one of its own. */
export function placesOf(
  { primary, replicas }: RoleSettings['mariadb'],
  base: Pick<PoolPart, 'count' | 'site'>,
): Places {
  const sites = Array.from({ length: base.count }, (_, index) => base.site[index % base.site.length]);
  const machines: ('primary' | 'replica' | 'none')[] = sites.map(() => 'none');
  const machineless: { site: SiteName; replica?: number }[] = [];
  const give = (site: SiteName, part: 'primary' | 'replica') => {
    const index = sites.findIndex((at, machine) => at === site && machines[machine] === 'none');
    if (index >= 0) machines[index] = part;
    return index >= 0;
  };
  if (!give(primary, 'primary')) machineless.push({ site: primary });
  for (const [replica, site] of replicas.entries()) if (!give(site, 'replica')) machineless.push({ site, replica });
  const idle = sites.filter((site, index): site is SiteName => site !== undefined && machines[index] === 'none');
  return { machines, machineless, idle };
}

/** Whether the settings make that machine the primary; who it is later, the controller decides. */
export function isFirstPrimary(
  settings: RoleSettings['mariadb'],
  base: Pick<PoolPart, 'count' | 'site'>,
  ordinal: number,
): boolean {
  return placesOf(settings, base).machines[ordinal - 1] === 'primary';
}
