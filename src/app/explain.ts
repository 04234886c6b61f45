/** Why things are as they are, from the blueprint, the addresses that exist, and the journal. */
import { whyNeverGrows } from '../plan/lint-scaling.ts';
import type { Machine, Platform } from '../blueprint/platform.ts';
import { entries, the } from '../blueprint/records.ts';
import { isWebRoute } from '../blueprint/routes.ts';
import { mendName } from '../blueprint/suggest.ts';
import { SpillwayError } from '../model/errors.ts';
import { counted } from '../model/quantities.ts';
import type { PoolName } from '../model/ids.ts';
import type { PlanFinding } from '../model/plan.ts';
import type { Recipe } from '../model/recipe.ts';
import { lint } from '../plan/lint.ts';
import { wanted } from '../plan/make-plan.ts';
import type { Store } from '../ports/store.ts';
import { admissionsFor, type Compiled } from '../roles/compile.ts';
import { keptPrimacies } from '../runtime/failover/primacies.ts';
import { inventoriesOf } from '../runtime/observe.ts';
import type { Work } from './work.ts';

export interface ExplainedPlatform {
  readonly pools: readonly { readonly pool: PoolName; readonly says: readonly string[] }[];
  readonly findings: readonly PlanFinding[];
}

export async function explainPlatform(work: Work): Promise<ExplainedPlatform> {
  const { blueprint } = work;
  const { platform } = await laidOut(work);
  const pools = entries(blueprint.pools).map(([pool]) => ({ pool, says: describePool(platform, pool) }));
  return { pools, findings: lint(platform) };
}

export function describePool({ blueprint, addresses }: Platform, pool: PoolName): readonly string[] {
  const { base, overflow } = the(blueprint.pools, pool);
  const never = whyNeverGrows(blueprint, pool);
  const lets = blueprint.flows.filter(({ to }) => to === pool).map(({ from }) => from);
  const routed = blueprint.routes
    .filter(({ to }) => to === pool)
    .map((route) => `${route.address} (${isWebRoute(route) ? route.host.join(', ') : `port ${route.port}`})`);
  return [
    `${base.count} × ${base.flavour} in ${base.site.join(', ')}, always`,
    ...(overflow === undefined
      ? []
      : [
          `up to ${overflow.count} × ${overflow.flavour} in ${overflow.site.join(', ')} ${
            never === undefined
              ? 'when the load asks for them'
              : `are declared, and none ever comes: the pool ${never.lacks}`
          }`,
        ]),
    ...holds(addresses, pool),
    ...(routed.length === 0 ? [] : [`gets the traffic of ${routed.join(', ')}`]),
    ...(lets.length === 0 ? [] : [`may be spoken to by ${lets.join(', ')}`]),
  ];
}

/** One of its machines at a time. */
function holds(addresses: Platform['addresses'], pool: PoolName): readonly string[] {
  return addresses
    .filter((address) => address.pool === pool)
    .map(({ name, ip, network }) => `holds the address ${name}, ${ip} on ${network}`);
}

export interface ExplainedMachine {
  readonly machine: string;
  readonly why: string;
  readonly parts: readonly { readonly title: string; readonly says: readonly string[] }[];
}

export async function explainMachine(work: Work, which: string): Promise<ExplainedMachine> {
  const { platform, compiled } = await laidOut(work);
  const machine = platform.machines.find(({ name }) => name === which);
  if (machine === undefined) {
    const pools = entries(platform.blueprint.pools).map(([name]) => name);
    const known = platform.machines.map(({ name }) => name);
    throw new SpillwayError({
      code: 'no-machine',
      message: `the blueprint has no pool and no machine \`${which}\``,
      mend: mendName(which, [...pools, ...known], 'machine'),
      exit: 'wrongInput',
    });
  }
  const recipes = compiled.recipes.get(machine.name) ?? [];
  return {
    machine: machine.name,
    why: whyThere(platform, machine),
    parts: [
      {
        title: 'is at',
        says: [
          ...machine.interfaces.map(({ network, ip, prefixLength }) => `${network} ${ip}/${prefixLength}`),
          ...holds(platform.addresses, machine.pool).map((says) => `its pool ${says}`),
        ],
      },
      { title: 'is spoken to by', says: spokenTo(platform, machine) },
      { title: 'runs', says: recipes.map(describeRecipe) },
      { title: 'was last worked on', says: lastWork(machine, work.store) },
    ],
  };
}

/** With the addresses that the machines have, where they exist. */
export async function laidOut({
  blueprint,
  assets,
  engines,
  store,
}: Work): Promise<{ platform: Platform; compiled: Compiled }> {
  return wanted(blueprint, assets, await inventoriesOf(engines, blueprint.platform), keptPrimacies(store, blueprint));
}

function whyThere({ blueprint }: Platform, { pool, ordinal, site, flavour }: Machine): string {
  const { base } = the(blueprint.pools, pool);
  return `number ${ordinal} of the ${base.count} that pools.${pool}.base asks for: a ${flavour} in ${site}`;
}

function spokenTo(platform: Platform, machine: Machine): readonly string[] {
  return admissionsFor(platform, machine).map(({ network, protocol, ports, sources, to, why }) => {
    const who = sources === 'anyone' ? 'anyone' : sources.join(', ');
    const where = protocol === 'vrrp' ? 'VRRP' : `port ${ports.join(', ')}${to === undefined ? '' : ` of ${to}`}`;
    return `${who} over ${network}, ${where} (${why})`;
  });
}

function describeRecipe({ role, files, units, tasks }: Recipe): string {
  const parts = [
    counted(files.length, 'file'),
    ...(units.length === 0 ? [] : [units.map(({ name }) => name).join(', ')]),
    ...(tasks.length === 0 ? [] : [tasks.map(({ name }) => name).join(', ')]),
  ];
  return `${role}: ${parts.join('; ')}`;
}

/** Chosen: the last few steps; `spillway events` has them all. */
const mostEntries = 8;

function lastWork({ name }: Machine, store: Store): readonly string[] {
  const mine = store
    .entries({ limit: 2000 })
    .filter(({ kind, subject }) => subject.startsWith(`${name}/`) && (kind === 'step-ended' || kind === 'step-failed'))
    .slice(0, mostEntries);
  if (mine.length === 0) return ['never'];
  return mine.map(
    ({ atMs, kind, subject, reason }) =>
      `${new Date(atMs).toISOString().slice(0, 19)} ${subject}: ${reason}${kind === 'step-failed' ? ' (failed)' : ''}`,
  );
}
