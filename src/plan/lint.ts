/**
 * What a platform, as declared, cannot hold, or holds only by luck. A refusal
 * stops `up`; the blueprint can accept any finding by its name, with a reason.
 */
import { priceOf, type Platform } from '../blueprint/platform.ts';
import { perMonth } from '../model/quantities.ts';
import { entries, the } from '../blueprint/records.ts';
import { webRoutes } from '../blueprint/routes.ts';
import type { Blueprint, PoolBlueprint } from '../blueprint/schema.ts';
import type { NetworkName, PoolName } from '../model/ids.ts';
import type { PlanFinding } from '../model/plan.ts';
import { formatDuration, formatMoney } from '../model/quantities.ts';
import type { Found } from './found.ts';
import { neverGrows } from './lint-scaling.ts';
import { htaccessIgnored, sessionsBreak } from './lint-sites.ts';
import { votesOf } from '../roles/galera/cluster.ts';
import { contentFindings } from './content-findings.ts';

export function lint(platform: Platform): readonly PlanFinding[] {
  const { blueprint } = platform;
  const found = [
    ...entries(blueprint.pools).flatMap(([name, pool]) => [
      ...alone(name, pool),
      ...votes(blueprint, name, pool),
      ...oneSite(blueprint, name, pool),
    ]),
    ...peakAboveCapacity(blueprint),
    ...lineTooThin(blueprint),
    ...rpoWithoutAcknowledgement(blueprint),
    ...rpoShorterThanFetch(blueprint),
    ...noFailover(blueprint),
    ...budgetBelowBase(blueprint),
    ...neverGrows(blueprint),
    ...sessionsBreak(blueprint),
    ...htaccessIgnored(platform),
    ...contentFindings(platform),
  ];
  return judged(blueprint, found);
}

export function judged(blueprint: Blueprint, found: readonly Found[]): readonly PlanFinding[] {
  return found.map((finding): PlanFinding => {
    const accepted = blueprint.accept.find((one) => one.finding === finding.name);
    return accepted === undefined ? finding : { ...finding, severity: 'accepted', because: accepted.because };
  });
}

function alone(name: PoolName, { base, roles }: PoolBlueprint): Found[] {
  const found: Found[] = [];
  if (base.count === 1) {
    const says = `\`${name}\` is one machine: when it fails, its work stops`;
    found.push({
      name: `single-machine:${name}`,
      severity: 'warned',
      says,
      mend: `raise pools.${name}.base.count to 2`,
    });
  }
  if (roles.mariadb?.replicas.length === 0) {
    const says = `the database of \`${name}\` has no replica: its disk is the only copy`;
    found.push({
      name: `no-replica:${name}`,
      severity: 'warned',
      says,
      mend: `add a site to pools.${name}.roles.mariadb.replicas`,
    });
  }
  return found;
}

/** A cluster goes on while more than half of its votes are there. */
function votes(blueprint: Blueprint, name: PoolName, { roles }: PoolBlueprint): Found[] {
  if (roles.galera === undefined) return [];
  const { data, arbiters } = votesOf(blueprint, name);
  const all = data + arbiters;
  const lost = Math.floor((all - 1) / 2);
  const found = (says: string, mend: string): Found => ({ name: `votes:${name}`, severity: 'warned', says, mend });
  if (data === 1) {
    const says = `the cluster of \`${name}\` is one node: its disk is the only copy`;
    return [found(says, `raise pools.${name}.base.count to 3`)];
  }
  if (all % 2 === 1) return [];
  const says = `the cluster of \`${name}\` has ${all} votes: of these ${lost === 0 ? 'none' : `no more than ${lost}`} may be lost at once, as of ${all - 1}`;
  return [found(says, `add a machine, or one with the role \`arbiter\``)];
}

function oneSite({ sites }: Blueprint, name: PoolName, { base }: PoolBlueprint): Found[] {
  const used = new Set(base.site);
  if (base.count < 2 || used.size > 1 || Object.keys(sites).length < 2) return [];
  const says = `all ${base.count} machines of \`${name}\` are in \`${base.site[0] ?? ''}\`, though there are ${Object.keys(sites).length} sites`;
  return [
    {
      name: `one-site:${name}`,
      severity: 'warned',
      says,
      mend: `spread them: pools.${name}.base.site: [${Object.keys(sites).slice(0, 2).join(', ')}]`,
    },
  ];
}

/** Each pool that a route leads to must serve the peak with its whole overflow, if it says what a machine serves. */
function peakAboveCapacity(blueprint: Blueprint): Found[] {
  const {
    objectives: { peak },
    pools,
  } = blueprint;
  if (peak === undefined) return [];
  return [...new Set(webRoutes(blueprint).map(({ to }) => to))].flatMap((name): Found[] => {
    const { base, overflow } = the(pools, name);
    if (base.serves === undefined) {
      const says = `whether \`${name}\` serves the peak cannot be known: it does not say what a machine serves`;
      return [
        {
          name: `capacity-unknown:${name}`,
          severity: 'warned',
          says,
          mend: `measure it, and add \`serves\` to pools.${name}.base`,
        },
      ];
    }
    const extra = overflow === undefined ? 0 : overflow.count * (overflow.serves ?? base.serves);
    const capacity = base.count * base.serves + extra;
    if (capacity >= peak.requests) return [];
    const says = `the peak is ${peak.requests} requests/s, and \`${name}\` serves at most ${capacity}: ${base.count} × ${base.serves} + ${extra} of overflow`;
    return [
      {
        name: `peak:${name}`,
        severity: 'refused',
        says,
        mend: `raise the overflow of \`${name}\`, or lower objectives.peak`,
      },
    ];
  });
}

/** The entrance, and every machine behind it, must carry its part of the peak's answers. */
function lineTooThin(blueprint: Blueprint): Found[] {
  const {
    objectives: { peak },
    pools,
    flavours,
    addresses,
  } = blueprint;
  if (peak?.answer === undefined) return [];
  const bitsPerSecond = peak.requests * peak.answer * 8;
  const mbit = (bits: number) => `${Math.round(bits / 1e6)} Mbit/s`;
  const entrances = new Set(webRoutes(blueprint).map(({ address }) => the(addresses, address).pool));
  return [...entrances].flatMap((name): Found[] => {
    // One machine holds the address, so one line carries it all.
    const { base } = the(pools, name);
    const line = the(flavours, base.flavour).bandwidth;
    if (line === undefined || line >= bitsPerSecond) return [];
    const says = `the peak's answers need ${mbit(bitsPerSecond)}, and a ${base.flavour} of \`${name}\` has ${mbit(line)}`;
    return [
      { name: `line:${name}`, severity: 'refused', says, mend: `use a flavour with a wider line for \`${name}\`` },
    ];
  });
}

/** Documents are fetched from time to time: what was written since is lost with the machine, and a fetch takes its time. */
function rpoShorterThanFetch({ objectives: { rpo }, pools }: Blueprint): Found[] {
  return entries(pools).flatMap(([name, { roles }]): Found[] => {
    if (rpo === undefined || roles.standby === undefined || 2 * roles.standby.every <= rpo) return [];
    const every = formatDuration(roles.standby.every);
    return [
      {
        name: `rpo:${name}`,
        severity: 'refused',
        says: `only ${formatDuration(rpo)} may be lost, and who stands by in \`${name}\` fetches every ${every}, so that a copy may be twice as old: nobody would take the place of a server that is lost`,
        mend: `shorten pools.${name}.roles.standby.every, or allow a longer loss in objectives.rpo`,
      },
    ];
  });
}

function rpoWithoutAcknowledgement({ objectives: { rpo }, pools }: Blueprint): Found[] {
  if (rpo !== 0) return [];
  return entries(pools).flatMap(
    ([
      name,
      {
        roles: { mariadb },
      },
    ]): Found[] => {
      if (mariadb === undefined) return [];
      if (mariadb.replicas.length === 0) {
        const says = `nothing may be lost (rpo: 0s), and the database of \`${name}\` has no replica`;
        return [
          {
            name: `rpo:${name}`,
            severity: 'refused',
            says,
            mend: `add a replica to \`${name}\`, or allow a loss in objectives.rpo`,
          },
        ];
      }
      if (mariadb.replication === 'semi-synchronous') return [];
      const says = `nothing may be lost (rpo: 0s), and \`${name}\` acknowledges writes before a replica has them`;
      return [
        {
          name: `rpo:${name}`,
          severity: 'refused',
          says,
          mend: `set pools.${name}.roles.mariadb.replication to semi-synchronous`,
        },
      ];
    },
  );
}

function noFailover(blueprint: Blueprint): Found[] {
  return entries(blueprint.pools).flatMap(
    ([
      name,
      {
        networks,
        roles: { mariadb },
      },
    ]): Found[] => {
      if (mariadb === undefined || mariadb.replicas.length === 0 || hasPrivateAddress(blueprint, name)) return [];
      const says = `nobody takes the place of the primary of \`${name}\` when it is lost: applications would not find the next one`;
      const network = networks.find((one) => isPrivate(blueprint, one)) ?? 'private';
      const mend = `give it an address on a private network: addresses: { db: { network: ${network}, pool: ${name} } }`;
      return [{ name: `no-failover:${name}`, severity: 'warned', says, mend }];
    },
  );
}

function hasPrivateAddress(blueprint: Blueprint, name: PoolName): boolean {
  return Object.values(blueprint.addresses).some(({ pool, network }) => pool === name && isPrivate(blueprint, network));
}

function isPrivate({ networks }: Blueprint, network: NetworkName): boolean {
  return the(networks, network).kind === 'private';
}

function budgetBelowBase(blueprint: Blueprint): Found[] {
  const { budget } = blueprint.objectives;
  const { basePerHour, fullPerHour, currency } = priceOf(blueprint);
  if (budget === undefined) return [];
  const month = (perHour: number) => `${formatMoney(perMonth(perHour), currency)}/month`;
  if (budget.perHour < basePerHour) {
    const says = `the base costs ${month(basePerHour)}, and the budget is ${month(budget.perHour)}`;
    return [{ name: 'budget', severity: 'refused', says, mend: 'raise objectives.budget, or make the base smaller' }];
  }
  if (budget.perHour >= fullPerHour) return [];
  const says = `with the whole overflow all month it costs ${month(fullPerHour)}, above the budget of ${month(budget.perHour)}`;
  return [
    { name: 'budget-overflow', severity: 'warned', says, mend: 'nothing, while the overflow runs for hours only' },
  ];
}
