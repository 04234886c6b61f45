/** What a scenario names must be in its blueprint. This works on what YAML gave, so that an error elsewhere hides nothing. */
import { machineNames } from '../../blueprint/platform.ts';
import type { Finding } from '../../blueprint/problem.ts';
import { entries } from '../../blueprint/records.ts';
import { webRoutes } from '../../blueprint/routes.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import { mendName } from '../../blueprint/suggest.ts';
import { type FaultKind, faultKinds, prepare } from '../faults/index.ts';
import type { Known } from '../faults/targets.ts';
import { checkLedger } from '../ledger/check.ts';
import type { Scenario } from './scenario.ts';

export function namesNotThere(raw: unknown, blueprint: Blueprint): readonly Finding[] {
  const known = knownTo(blueprint);
  const pools = entries(blueprint.pools).map(([name]) => name);
  return [
    ...(isVisited(raw) ? route(raw, blueprint) : []),
    ...ledger(raw, blueprint),
    ...items(raw, 'faults').flatMap((fault, index) =>
      faultKinds.flatMap((kind) => noTarget(kind, fault[kind], known, ['faults', index, kind])),
    ),
    ...items(raw, 'schedule').flatMap(({ pool }, index) => {
      const path = ['schedule', index, 'pool'];
      return [...unknown(pool, pools, 'pool', path), ...neverGrows(pool, blueprint, path)];
    }),
  ];
}

/** What faults may be done to: machines that there can be, and sites. */
export function knownTo(blueprint: Blueprint): Known {
  return { machines: machineNames(blueprint), sites: entries(blueprint.sites).map(([site]) => site) };
}

function noTarget(kind: FaultKind, target: unknown, known: Known, path: Finding['path']): readonly Finding[] {
  if (typeof target !== 'string') return [];
  const prepared = prepare({ kind, target }, known);
  return prepared.ok
    ? []
    : [{ code: 'unknown-name', message: prepared.message, mend: prepared.mend, path, at: 'value' }];
}

/** Without traffic the ledger is the load. */
function isVisited(raw: unknown): boolean {
  return !isMapping(raw) || raw.traffic !== undefined || raw.ledger === undefined;
}

function ledger(raw: unknown, blueprint: Blueprint): readonly Finding[] {
  if (!isMapping(raw) || !isMapping(raw.ledger)) return [];
  const { pool, from } = raw.ledger;
  return checkLedger({ pool, from }, items(raw, 'faults'), blueprint);
}

/** A route by one of its host names or by its address; the first of all without either. */
export function routeOf(blueprint: Blueprint, named: string | undefined): Scenario['route'] | undefined {
  const routes = webRoutes(blueprint);
  const found =
    named === undefined ? routes[0] : routes.find(({ host, address }) => address === named || host.includes(named));
  if (found === undefined) return undefined;
  const [first = ''] = found.host;
  const host = named !== undefined && found.host.includes(named) ? named : first;
  return { address: found.address, host, pool: found.to };
}

function route(raw: unknown, blueprint: Blueprint): readonly Finding[] {
  const routes = webRoutes(blueprint);
  if (routes.length === 0) {
    const message = 'the blueprint has no route that could be visited';
    return [{ code: 'unknown-name', message, mend: 'add one to its `routes`', path: [], at: 'key' }];
  }
  const written = isMapping(raw) ? raw.route : undefined;
  const visited = routeOf(blueprint, typeof written === 'string' ? written : undefined);
  if (visited === undefined) {
    return unknown(written, [...new Set(routes.flatMap(({ host, address }) => [...host, address]))], 'route', [
      'route',
    ]);
  }
  const visitors = isMapping(raw) && isMapping(raw.visitors) ? raw.visitors : {};
  const { tls } = routes.find(({ host }) => host.includes(visited.host)) ?? { tls: true };
  if (tls || visitors.tls === false) return [];
  const message = `the route of ${visited.host} does not answer TLS, and visitors come over TLS`;
  return [
    { code: 'wrong-value', message, mend: 'write `visitors: { tls: false }`', path: ['visitors', 'tls'], at: 'value' },
  ];
}

function unknown(name: unknown, known: readonly string[], kind: string, path: Finding['path']): readonly Finding[] {
  if (typeof name !== 'string' || known.includes(name)) return [];
  const message = `the blueprint has no ${kind} \`${name.slice(0, 60)}\``;
  return [{ code: 'unknown-name', message, mend: mendName(name, known, kind), path, at: 'value' }];
}

/** Hours of such a pool would change nothing, and nobody would notice. */
function neverGrows(name: unknown, { pools }: Blueprint, path: Finding['path']): readonly Finding[] {
  const found = entries(pools).find(([pool]) => pool === name);
  if (found === undefined || found[1].overflow !== undefined) return [];
  const able = entries(pools).flatMap(([pool, { overflow }]) => (overflow === undefined ? [] : [pool]));
  const mend = able.length === 0 ? 'give it an `overflow` in the blueprint' : `known: ${able.join(', ')}`;
  return [{ code: 'wrong-value', message: `no machines can be added to \`${found[0]}\``, mend, path, at: 'value' }];
}

function items(raw: unknown, key: string): readonly Readonly<Record<string, unknown>>[] {
  const list: unknown = isMapping(raw) ? raw[key] : undefined;
  return Array.isArray(list) ? list.map((item: unknown) => (isMapping(item) ? item : {})) : [];
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
