/** What only holds between several values of a blueprint. */
import { contains, overlap, rangeOf, toNumber } from '../model/ipv4.ts';
import { checkBaking } from '../roles/baking.ts';
import { roleChecks } from '../roles/checks.ts';
import { checkDatabases } from '../roles/databases.ts';
import { checkDoors } from '../roles/doors.ts';
import { checkAccepted } from './findings.ts';
import { addressesKept } from './platform.ts';
import type { NetworkName } from '../model/ids.ts';
import type { Finding } from './problem.ts';
import { entries, find } from './records.ts';
import { isPortRoute, isWebRoute, type PortRoute, type WebRoute } from './routes.ts';
import type { Blueprint, PoolBlueprint } from './schema.ts';

export function checkConsistency(blueprint: Blueprint): readonly Finding[] {
  return [
    ...overlappingNetworks(blueprint),
    ...networksTooSmall(blueprint),
    ...addresses(blueprint),
    ...addressesTwice(blueprint),
    ...routes(blueprint),
    ...routesTwice(blueprint),
    ...engines(blueprint),
    ...queues(blueprint),
    ...flows(blueprint),
    ...currencies(blueprint),
    ...checkAccepted(blueprint),
    ...checkBaking(blueprint),
    ...checkDoors(blueprint),
    ...checkDatabases(blueprint),
    ...Object.values(roleChecks).flatMap((check) => check(blueprint)),
  ];
}

function overlappingNetworks({ networks }: Blueprint): Finding[] {
  const all = entries(networks);
  return all.flatMap(([name, { cidr }], index) =>
    all.slice(0, index).flatMap(([earlier, other]): Finding[] =>
      overlap(rangeOf(cidr), rangeOf(other.cidr))
        ? [
            {
              code: 'overlapping-networks',
              message: `this network overlaps \`${earlier}\` (${other.cidr})`,
              mend: 'give each network a range of its own',
              path: ['networks', name, 'cidr'],
              at: 'value',
            },
          ]
        : [],
    ),
  );
}

function networksTooSmall({ networks, pools, addresses: named }: Blueprint): Finding[] {
  return entries(networks).flatMap(([name, { cidr }]): Finding[] => {
    const machines = Object.values(pools)
      .filter((pool) => pool.networks.includes(name))
      .reduce((sum, { base, overflow }) => sum + base.count + (overflow?.count ?? 0), 0);
    const wanted = machines + Object.values(named).filter(({ network }) => network === name).length;
    const room = Math.max(0, rangeOf(cidr).size - addressesKept.below - addressesKept.above);
    if (wanted <= room) return [];
    return [
      {
        code: 'network-too-small',
        message: `${wanted} addresses are needed here, with the overflow, and ${cidr} has ${room}`,
        mend: 'give it a shorter prefix, or fewer machines',
        path: ['networks', name, 'cidr'],
        at: 'value',
      },
    ];
  });
}

function addresses({ addresses: named, networks, pools }: Blueprint): Finding[] {
  return entries(named).flatMap(([name, { network, pool, ip }]): Finding[] => {
    const on = find(networks, network);
    const held = find(pools, pool);
    const found: Finding[] = [];
    if (held !== undefined && !held.networks.includes(network)) {
      found.push({
        code: 'address-not-reached',
        message: `the machines of \`${pool}\` are not on the network \`${network}\`, so they cannot hold this address`,
        mend: `add \`${network}\` to pools.${pool}.networks`,
        path: ['addresses', name, 'pool'],
        at: 'value',
      });
    }
    if (on !== undefined && ip !== undefined) {
      const range = rangeOf(on.cidr);
      const place = toNumber(ip) - range.start;
      const outside = !contains(range, ip);
      if (outside || place < addressesKept.below || place >= range.size - addressesKept.above) {
        const why = outside ? `is not in the network \`${network}\` (${on.cidr})` : 'is kept for the network itself';
        found.push({
          code: 'address-outside-network',
          message: `${ip} ${why}`,
          mend: 'leave `ip` out, and a free one is taken',
          path: ['addresses', name, 'ip'],
          at: 'value',
        });
      }
    }
    return found;
  });
}

function addressesTwice({ addresses: named }: Blueprint): Finding[] {
  const all = entries(named);
  return all.flatMap(([name, { ip }], index): Finding[] => {
    const earlier = all.slice(0, index).find(([, other]) => ip !== undefined && other.ip === ip);
    if (earlier === undefined) return [];
    return [
      {
        code: 'address-taken',
        message: `${ip} is \`${earlier[0]}\` already`,
        mend: 'leave `ip` out, and a free one is taken',
        path: ['addresses', name, 'ip'],
        at: 'value',
      },
    ];
  });
}

/** Of two routes for the same host and path, or the same port, one would never be taken. */
function routesTwice({ routes: all }: Blueprint): Finding[] {
  return all.flatMap((route, index) =>
    isWebRoute(route) ? hostTwice(all, route, index) : portTwice(all, route, index),
  );
}

function hostTwice(all: Blueprint['routes'], { address, path, host }: WebRoute, index: number): Finding[] {
  return host.flatMap((one, position): Finding[] => {
    const inRoute = host.indexOf(one) < position;
    const earlier = all.findIndex(
      (other) => isWebRoute(other) && other.address === address && other.path === path && other.host.includes(one),
    );
    if (earlier === index && !inRoute) return [];
    return [
      {
        code: 'duplicate-name',
        message: `\`${one}${path === '/' ? '' : path}\` is routed twice`,
        mend: 'remove one of the two, or give them different paths',
        path: host.length === 1 ? ['routes', index, 'host'] : ['routes', index, 'host', position],
        at: 'value',
      },
    ];
  });
}

/** Where visits are answered, nothing else can be. */
const webPorts = [80, 443];

function portTwice(all: Blueprint['routes'], { address, port }: PortRoute, index: number): Finding[] {
  const others = all.filter((route) => route.address === address);
  const earlier = others.find((route) => isPortRoute(route) && route.port === port);
  const visited = webPorts.includes(port) && others.some(isWebRoute);
  if (earlier === all[index] && !visited) return [];
  return [
    {
      code: 'duplicate-name',
      message: visited ? `port ${port} of \`${address}\` answers visits` : `port ${port} is routed twice`,
      mend: 'use another port, or another address',
      path: ['routes', index, 'port'],
      at: 'value',
    },
  ];
}

/** The queue stands at the balancers, and what is shed depends on how many wait there. */
function queues({ pools, routes: all }: Blueprint): Finding[] {
  return entries(pools).flatMap(([pool, { queue, shed }]): Finding[] => {
    const path = ['pools', pool];
    const isRouted = all.some((route) => isWebRoute(route) && route.to === pool);
    const twice = shed.findIndex((feature, index) => shed.indexOf(feature) < index);
    return [
      ...(queue !== undefined && !isRouted
        ? [
            {
              code: 'role-needs' as const,
              message: `no route leads to \`${pool}\`, so nobody waits for it at a balancer`,
              mend: 'remove `queue`, or add a route',
              path: [...path, 'queue'],
              at: 'key' as const,
              missedIn: 'routes' as const,
            },
          ]
        : []),
      ...(shed.length > 0 && queue === undefined
        ? [
            {
              code: 'missing-key' as const,
              message: 'features are shed when too many wait, and without `queue` nobody waits',
              mend: 'add `queue: { beyond: 40 }` with what one machine answers at a time',
              path: [...path, 'shed'],
              at: 'key' as const,
            },
          ]
        : []),
      ...(twice >= 0
        ? [
            {
              code: 'duplicate-name' as const,
              message: `\`${shed[twice] ?? ''}\` is shed twice`,
              mend: 'name each feature once',
              path: [...path, 'shed', twice],
              at: 'value' as const,
            },
          ]
        : []),
    ];
  });
}

/** With several engines, each pool must say which is its own. */
function engines({ engines: all, pools }: Blueprint): Finding[] {
  const known = Object.keys(all).map((name) => `\`${name}\``);
  if (known.length < 2) return [];
  return entries(pools).flatMap(([pool, parts]) =>
    (['base', 'overflow'] as const)
      .filter((part) => parts[part] !== undefined && parts[part].engine === undefined)
      .map((part) => ({
        code: 'missing-key' as const,
        message: '`engine` is missing here, and there are several',
        mend: `add \`engine:\` with one of ${known.join(', ')}`,
        path: ['pools', pool, part, 'engine'],
        at: 'key' as const,
      })),
  );
}

function routes({ routes: all, addresses: named, pools, networks }: Blueprint): Finding[] {
  return all.flatMap(({ address, to }, index): Finding[] => {
    const holder = find(named, address)?.pool;
    const entrance = find(pools, holder);
    const target = find(pools, to);
    if (holder === undefined || entrance === undefined || target === undefined) return [];
    if (entrance.roles.balancer === undefined) {
      return [
        {
          code: 'role-needs',
          message: `the pool \`${holder}\`, which holds this address, has no role \`balancer\``,
          mend: `add \`balancer:\` to pools.${holder}.roles`,
          path: ['routes', index, 'address'],
          at: 'value',
        },
      ];
    }
    return [
      ...noCommonNetwork(networks, holder, entrance, to, target, ['routes', index, 'to']),
      ...servesNothing(all, to, target, index),
    ];
  });
}

function flows({ flows: all, pools, networks }: Blueprint): Finding[] {
  return all.flatMap(({ from, to }, index) => {
    const [one, other] = [find(pools, from), find(pools, to)];
    return one === undefined || other === undefined
      ? []
      : noCommonNetwork(networks, from, one, to, other, ['flows', index, 'to']);
  });
}

/** Visitors are answered by nginx; every other role has no page for them. */
function servesNothing(
  all: Blueprint['routes'],
  to: string,
  { roles }: PoolBlueprint,
  index: number,
): readonly Finding[] {
  const route = all[index];
  if (route === undefined || !isWebRoute(route) || roles.web !== undefined) return [];
  return [
    {
      code: 'role-needs',
      message: `no role of \`${to}\` answers visitors`,
      mend: `add \`web: { root: … }\` to pools.${to}.roles, or lead the route to a pool that has it`,
      path: ['routes', index, 'to'],
      at: 'value',
    },
  ];
}

function noCommonNetwork(
  networks: Blueprint['networks'],
  from: string,
  one: PoolBlueprint,
  to: string,
  other: PoolBlueprint,
  path: readonly (string | number)[],
): Finding[] {
  if (one.networks.some((network) => other.networks.includes(network))) return [];
  return [
    {
      code: 'role-needs',
      message: `\`${from}\` and \`${to}\` share no network`,
      mend: meetingOf(networks, [from, one], [to, other]),
      path,
      at: 'value',
    },
  ];
}

type Named = readonly [name: string, pool: PoolBlueprint];

/** Nobody is told to come to a public network for the sake of others: there, everybody could speak to it. */
function meetingOf(networks: Blueprint['networks'], ...[one, other]: [Named, Named]): string {
  const isPrivate = (network: NetworkName) => find(networks, network)?.kind === 'private';
  const privateOf = ([, pool]: Named) => pool.networks.filter(isPrivate);
  const add = (those: readonly NetworkName[], [name]: Named) =>
    `add ${those.map((network) => `\`${network}\``).join(' or ')} to pools.${name}.networks`;
  if (privateOf(one).length > 0) return add(privateOf(one), other);
  if (privateOf(other).length > 0) return add(privateOf(other), one);
  const shared = entries(networks).flatMap(([network]) => (isPrivate(network) ? [network] : []));
  if (shared.length === 0) return 'declare a network of the kind `private`, and add it to both';
  return `add ${shared.map((network) => `\`${network}\``).join(' or ')} to the networks of both`;
}

function currencies({ flavours, objectives }: Blueprint): Finding[] {
  const ofFlavours = entries(flavours).map(([name, { price }]) => ({ price, path: ['flavours', name, 'price'] }));
  const ofBudget =
    objectives.budget === undefined ? [] : [{ price: objectives.budget, path: ['objectives', 'budget'] }];
  const all = [...ofFlavours, ...ofBudget];
  const byCurrency = [...Map.groupBy(all, ({ price }) => price.currency)];
  const [usual] = byCurrency.sort(([, some], [, others]) => others.length - some.length)[0] ?? [];
  return all
    .filter(({ price }) => price.currency !== usual)
    .map(({ price, path }) => ({
      code: 'mixed-currencies',
      message: `this price is in ${price.currency}, others are in ${usual ?? ''}`,
      mend: 'use one currency; Spillway knows no exchange rates',
      path,
      at: 'value',
    }));
}
