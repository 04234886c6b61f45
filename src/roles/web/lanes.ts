/** On which lane of PHP nginx has a page made. */
import type { Blueprint } from '../../blueprint/schema.ts';
import type { PoolName } from '../../model/ids.ts';
import { checkedPages, lanesOf, laneSocket, laneUpstream } from '../php/lanes.ts';

/** Sent by a balancer that asks how the machine is. */
export const checkHeader = 'X-Spillway-Check';

export function phpUpstreams(blueprint: Blueprint, pool: PoolName): readonly string[] {
  return lanesOf(blueprint, pool).map((lane) => `upstream ${laneUpstream(lane)} { server unix:${laneSocket(lane)}; }`);
}

/**
 * The variables `$lane`, and `$is_check` for the page cache. A check comes from a balancer itself: what it passes on for
 * a visitor bears the visitor's address, so nobody else gets on that lane, whatever he sends.
 */
export function laneMaps(blueprint: Blueprint, pool: PoolName): readonly string[] {
  const slow = blueprint.pools[pool]?.roles.php?.slow?.paths ?? [];
  const header = `$http_${checkHeader.toLowerCase().replaceAll('-', '_')}`;
  const visitors = laneUpstream('visitors');
  return [
    ...(slow.length === 0
      ? []
      : [
          'map $request_uri $visitors_lane {',
          `  default ${visitors};`,
          ...slow.map((path) => `  "~^${escaped(path)}" ${laneUpstream('slow')};`),
          '}',
        ]),
    `map ${header} $checked { default $request_uri; "" ""; }`,
    'map "$by_balancer $http_x_forwarded_for $checked" $is_check {',
    '  default "";',
    ...checkedPages(blueprint, pool).map((page) => `  "1  ${page}" 1;`),
    '}',
    `map $is_check $lane { default ${slow.length === 0 ? visitors : '$visitors_lane'}; 1 ${laneUpstream('checks')}; }`,
  ];
}

const escaped = (path: string): string => path.replaceAll('.', '\\.');
