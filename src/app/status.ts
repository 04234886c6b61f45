/** How a platform is: its machines, what fails on them, where it is reached. */
import { perMonth } from '../model/quantities.ts';
import { entries, the } from '../blueprint/records.ts';
import type { MachineName } from '../model/ids.ts';
import type { ActualMachine } from '../model/inventory.ts';
import type { Plan } from '../model/plan.ts';
import { controlledNow, type Controlled } from './control/kept-running.ts';
import { seenCertificates, warnBeforeMs, type SeenCertificate } from '../plan/running-out.ts';
import { entrancesOf, type Entrance } from './entrances.ts';
import { lastingFaults, type Lasting } from './faults/lasting.ts';
import { poolStatuses, type PoolStatus } from './pool-status.ts';
import { failingProbes, type FailingProbe } from './failing.ts';
import { look, type Work } from './work.ts';

export interface Status {
  readonly platform: string;
  readonly about: string | undefined;
  readonly sites: readonly SiteStatus[];
  readonly entrances: readonly Entrance[];
  readonly pools: readonly PoolStatus[];
  readonly certificates: readonly CertificateStatus[];
  readonly controlled: Controlled;
  /** What is broken on purpose. */
  readonly faults: readonly Lasting[];
  /** When it was looked at, in milliseconds since 1970. */
  readonly seenAtMs: number;
  readonly failing: readonly FailingProbe[];
  readonly plan: Plan;
  readonly perMonth: number;
  readonly currency: string;
}

interface SiteStatus {
  readonly site: string;
  readonly place: string | undefined;
  readonly machines: readonly MachineStatus[];
}

interface MachineStatus {
  readonly name: MachineName;
  readonly pool: string;
  readonly roles: readonly string[];
  readonly flavour: string;
  readonly ip: string;
  readonly state: ActualMachine['state'] | 'missing';
  /** `well`, or why not. */
  readonly health: 'well' | readonly string[];
}

/** Of several machines that have one for the same names, that which runs out first. */
interface CertificateStatus extends Pick<SeenCertificate, 'hosts' | 'validUntilMs'> {
  /** It should have been renewed by now. */
  readonly isLate: boolean;
}

function certificatesNow(looked: Parameters<typeof seenCertificates>[0], wallMs: number): readonly CertificateStatus[] {
  const byHosts = Map.groupBy(seenCertificates(looked), ({ hosts }) => hosts.join(' '));
  return [...byHosts.values()].flatMap((own) => {
    const [first] = own.toSorted((one, other) => one.validUntilMs - other.validUntilMs);
    if (first === undefined) return [];
    const { hosts, validUntilMs } = first;
    return [{ hosts, validUntilMs, isLate: validUntilMs - wallMs < warnBeforeMs }];
  });
}

export async function status(work: Work): Promise<Status> {
  const { blueprint, store, toolbox } = work;
  const { platform, compiled, actual, plan } = await look(work);
  const there = new Map(
    [...actual.inventories.values()].flatMap(({ machines }) => machines.map((one) => [one.name, one])),
  );
  const failing = failingProbes(actual.facts, toolbox.clock.wall());
  const machines = platform.machines.map(({ name, pool, site, flavour, interfaces }) => {
    const { state, isCutOff = false } = there.get(name) ?? { state: 'missing' as const };
    const says = failing.filter(({ machine }) => machine === name).map((probe) => probe.says);
    const unwell = isCutOff
      ? ['is cut off from its networks']
      : state === 'running'
        ? says
        : [state === 'missing' ? 'is not there' : `is ${state}`];
    return {
      site,
      status: {
        ...{ name, pool, flavour, state },
        roles: entries(the(blueprint.pools, pool).roles).flatMap(([role, settings]) =>
          settings === undefined ? [] : [role],
        ),
        ip: interfaces.at(-1)?.ip ?? '',
        health: unwell.length === 0 ? ('well' as const) : unwell,
      },
    };
  });
  return {
    platform: blueprint.platform,
    about: blueprint.about,
    sites: entries(blueprint.sites).map(([site, { place }]) => ({
      site,
      place,
      machines: machines.filter((machine) => machine.site === site).map((machine) => machine.status),
    })),
    entrances: entrancesOf(platform, actual.inventories),
    faults: lastingFaults(store),
    pools: poolStatuses(blueprint, actual.inventories.values(), store),
    certificates: certificatesNow({ compiled, actual }, toolbox.clock.wall()),
    controlled: controlledNow(work),
    seenAtMs: toolbox.clock.wall(),
    failing,
    plan,
    perMonth: perMonth(plan.cost.nowPerHour),
    currency: plan.cost.currency,
  };
}
