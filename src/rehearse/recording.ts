/**
 * Everything that happened in a rehearsal, with its time: the one thing that the
 * live view, the verdict and the report are made from. It is plain data, and grows
 * while the rehearsal runs. All times are milliseconds since 1970.
 */
import { entries, the } from '../blueprint/records.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import type { FailoverDecision } from '../control/failover/decide.ts';
import type { ReliefDecision } from '../control/relief/decide-relief.ts';
import type { ScaleDecision } from '../control/scale/decide.ts';
import type { MachineName, PoolName } from '../model/ids.ts';
import type { ObservedMachine } from '../model/observation.ts';
import type { MachinePart } from '../model/spec.ts';
import { databaseOf } from './ledger/databases.ts';
import { beginLedger, type RecordedLedger } from './ledger/ledger.ts';
import type { HostSecond } from './host/host-second.ts';
import type { LoadSecond, LoadTotal } from './load/load-second.ts';
import type { Traffic } from './load/traffic.ts';
import type { Clock } from './scenario/clock.ts';
import type { FaultKind } from './faults/index.ts';
import { speedOf, type Chaos, type Objectives, type PartOfPeak, type Scenario } from './scenario/scenario.ts';

export interface Recording {
  readonly format: 1;
  readonly platform: string;
  readonly scenario: string;
  /** In virtual time, with this seed; absent when it was played on machines. */
  readonly seed?: number;
  readonly about: string;
  /** Second 0 of the load begins. */
  readonly startedAtMs: number;
  /** The watch is over. Absent while it goes on. */
  readonly endedAtMs?: number;
  readonly traffic: Traffic;
  readonly objectives: Objectives;
  readonly capacity: Scenario['capacity'];
  /** Set when it was played smaller than the scenario is written. */
  readonly part?: PartOfPeak;
  /** How much faster than in truth all of it went, by a clock or a compressed trace. */
  readonly speed: number;
  /** The calendar by which it went; absent when that ran as time does. */
  readonly clock?: Clock & { readonly timeZone: string };
  readonly pools: readonly RecordedPool[];
  /** The pool to which the route leads; absent when nobody visits, and the ledger is the load. */
  readonly visited?: PoolName;
  readonly currency: string;
  readonly seconds: readonly LoadSecond[];
  readonly total?: LoadTotal;
  /** At least those with actions; those of every second are welcome. */
  readonly decisions: readonly RecordedDecision[];
  /** When requests began to wait, something was shed or some were turned away, and when that ended. */
  readonly reliefs: readonly RecordedRelief[];
  /** What was decided of primaries of databases, when it was something else than before. */
  readonly primaries?: readonly RecordedPrimary[];
  /** Begins with the stage of each machine that was there before the load. */
  readonly stages: readonly StageChange[];
  /** What machines reached on their way, finer than stages. */
  readonly marks: readonly Mark[];
  readonly readings: readonly PoolReading[];
  /** What its cores did for whom, where the machines and the load share one host: about once a second. */
  readonly host?: readonly HostSecond[];
  readonly faults: readonly RecordedFault[];
  /** Where chance drew the faults. */
  readonly chaos?: Chaos;
  /** What was written meanwhile, where something was. */
  readonly ledger?: RecordedLedger;
}

export interface RecordedPool {
  readonly pool: PoolName;
  readonly base: RecordedPart;
  readonly overflow?: RecordedPart;
  /** How full its machines may be before more are wanted, 0 to 1. */
  readonly fill: number;
  /** Machines that are kept ready beyond those that serve. */
  readonly warm: number;
  /** What is paid for at a time, of the overflow. */
  readonly billedMs: number;
}

export interface RecordedPart {
  readonly count: number;
  /** Requests/s of one machine, if anybody knows. */
  readonly serves?: number;
  /** Price of one machine. */
  readonly perHour: number;
}

export interface RecordedDecision {
  readonly atMs: number;
  readonly pool: PoolName;
  readonly decision: ScaleDecision;
}

export interface RecordedRelief {
  readonly atMs: number;
  readonly pool: PoolName;
  readonly decision: ReliefDecision;
}

export interface RecordedPrimary {
  readonly atMs: number;
  readonly pool: PoolName;
  readonly decision: Pick<FailoverDecision, 'kind' | 'says' | 'evidence'>;
}

export type MachineStage = ObservedMachine['stage'] | 'gone';

export interface StageChange {
  readonly atMs: number;
  readonly pool: PoolName;
  readonly machine: MachineName;
  readonly part: MachinePart;
  readonly stage: MachineStage;
}

export interface Mark {
  readonly atMs: number;
  readonly machine: MachineName;
  /** What was reached: `booted`. */
  readonly name: string;
}

export interface PoolReading {
  readonly atMs: number;
  readonly pool: PoolName;
  /** Requests that wait at the balancers. */
  readonly queue?: number;
}

export interface RecordedFault {
  readonly atMs: number;
  readonly kind: FaultKind;
  /** As it is written: `web-1`, `rbx/sbg`. */
  readonly target: string;
  /** `ended`: it is undone, or was over at once. `missed`: it could not be done. */
  readonly state: 'began' | 'ended' | 'missed';
}

/** What a controller knows of a pool and a blueprint does not say. */
export type PoolTuning = Partial<Pick<RecordedPool, 'fill' | 'warm' | 'billedMs'>>;

const hourMs = 3_600_000;

/** A recording in which nothing has happened yet. */
export function beginRecording(
  name: string,
  scenario: Scenario,
  blueprint: Blueprint,
  startedAtMs: number,
  tuning: ReadonlyMap<PoolName, PoolTuning> = new Map(),
): Recording {
  const { about, traffic, objectives, capacity, clock, route, ledger, chaos, part: played } = scenario;
  const part = ({ count, serves, flavour }: Blueprint['pools'][PoolName]['base']): RecordedPart => ({
    count,
    ...(serves !== undefined && { serves }),
    perHour: the(blueprint.flavours, flavour).price.perHour,
  });
  return {
    ...{ format: 1, platform: blueprint.platform, scenario: name, about, startedAtMs },
    ...{ traffic, objectives, capacity },
    ...(route !== undefined && { visited: route.pool }),
    ...(chaos !== undefined && { chaos }),
    ...(played !== undefined && { part: played }),
    speed: speedOf(scenario),
    ...(clock !== undefined && { clock: { ...clock, timeZone: blueprint.timeZone } }),
    pools: entries(blueprint.pools).map(([pool, { base, overflow }]) => ({
      ...{ pool, base: part(base), fill: 1, warm: 0, billedMs: hourMs },
      ...(overflow !== undefined && { overflow: part(overflow) }),
      ...tuning.get(pool),
    })),
    currency: Object.values(blueprint.flavours)[0]?.price.currency ?? 'EUR',
    ...{ seconds: [], decisions: [], reliefs: [], stages: [], marks: [], readings: [], faults: [] },
    ...(ledger !== undefined && { ledger: beginLedger(ledger, databaseOf(blueprint, ledger.pool)?.takers ?? 'one') }),
  };
}

/** The last instant of which it tells. */
export function recordedUntilMs(recording: Recording): number {
  const { startedAtMs, endedAtMs, seconds, decisions, stages, readings, ledger } = recording;
  if (endedAtMs !== undefined) return endedAtMs;
  const last = [decisions, stages, readings, ledger?.probes ?? []].map((events) => events.at(-1)?.atMs ?? 0);
  const written = ledger?.acknowledged.at(-1) ?? 0;
  return Math.max(startedAtMs, startedAtMs + 1000 * seconds.length, written, ...last);
}
