/** As many machines as keep what each of them does at its target. */
import { sizeFor } from '../../capacity.ts';
import { fresh } from '../../../fresh.ts';
import type { Proposal, Rule, Sight } from '../../rule.ts';

/** Absent: not looked at. Requests are looked at in every case, by what a machine serves and how full it may be. */
export interface TargetSettings {
  /** Of its quota, 0 to 1. */
  readonly cpu?: number;
  /** Requests that one machine answers at a time. */
  readonly concurrency?: number;
  /** Requests that may wait at the balancers, for each machine. */
  readonly queue?: number;
}

/** The last readings of the demand, oldest first. */
export type TargetState = readonly { readonly atMs: number; readonly demand: number }[];

/**
 * Chosen: the mean of three seconds halves the noise of one, and costs a second of delay at most. Where a machine takes
 * a minute, a tenth of that is little, and takes away more; beyond a quarter of a minute there is no noise left.
 */
const smoothedOver = (readyMs: number) => Math.min(15, Math.max(3, Math.round(readyMs / 6_000)));
/** Chosen, as others do: within it, a measure of load is as it should be. */
const slack = 0.1;
/** Chosen: a machine less must leave so much room that noise alone does not call it back; chance goes so far once in a thousand times. */
const deviations = 3;

export const target: Rule<TargetSettings, TargetState> = {
  begin: () => [],
  propose(settings, state, sight) {
    const demand = fresh(sight.seen.demand, sight.nowMs);
    const readings = demand === undefined ? state : withReading(state, sight, demand);
    const proposals = [
      byDemand(demand === undefined ? [] : readings.map((one) => one.demand), sight),
      ...byLoad(settings, sight),
    ];
    const proposal = proposals.reduce((best, one) => ((one.size ?? -1) > (best.size ?? -1) ? one : best));
    return { state: readings, proposal };
  },
  // Demands, whatever is wanted of the machines.
  resume: (state, { moved }) => state.map(({ atMs, demand }) => ({ atMs: moved(atMs), demand })),
};

/** Turns are more frequent than readings, and one that was read twice is not two. */
function withReading(state: TargetState, { seen, nowMs, readyMs }: Sight, demand: number): TargetState {
  const atMs = seen.demand?.atMs ?? nowMs;
  return state.at(-1)?.atMs === atMs ? state : [...state, { atMs, demand }].slice(-smoothedOver(readyMs));
}

function byDemand(demands: readonly number[], { fleet, fill, size }: Sight): Proposal {
  if (demands.length === 0) return { rule: 'target', says: 'nobody knows how much is asked for', inputs: {} };
  const demand = demands.reduce((sum, one) => sum + one, 0) / demands.length;
  const needed = sizeFor(fleet, demand / fill);
  // Arrivals that know nothing of one another vary by their square root.
  const noise = demand === 0 ? 0 : deviations / Math.sqrt(demand * demands.length);
  const kept = Math.min(size, sizeFor(fleet, (demand * (1 + Math.min(slack, noise))) / fill));
  const wanted = Math.max(needed, kept);
  const says = `${Math.round(demand)} requests/s, and machines may be ${percent(fill)} full`;
  return { rule: 'target', size: wanted, says, inputs: { demand, fill, needed } };
}

function byLoad({ cpu, concurrency, queue }: TargetSettings, { seen, nowMs, size }: Sight): Proposal[] {
  const serving = seen.machines.filter(({ stage }) => stage === 'serving').length;
  const measures = [
    { what: 'of their CPU', target: cpu, each: fresh(seen.cpu, nowMs), show: percent },
    {
      what: 'requests at a time',
      target: concurrency,
      each: perMachine(fresh(seen.concurrency, nowMs), serving),
      show: rounded,
    },
    { what: 'requests waiting', target: queue, each: perMachine(fresh(seen.queue, nowMs), serving), show: rounded },
  ];
  return measures.flatMap(({ what, target: wanted, each, show }): Proposal[] => {
    if (wanted === undefined || each === undefined || serving === 0) return [];
    const ratio = each / wanted;
    // Within the slack the size is right: measures of load never say it exactly.
    const needed = Math.abs(ratio - 1) <= slack ? size : Math.ceil(serving * ratio);
    const says = `each machine has ${show(each)} ${what}, and should have ${show(wanted)}`;
    return [{ rule: 'target', size: needed, says, inputs: { each, target: wanted, serving } }];
  });
}

function perMachine(all: number | undefined, serving: number): number | undefined {
  return all === undefined || serving === 0 ? undefined : all / serving;
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
const rounded = (value: number) => String(Math.round(value * 10) / 10);
