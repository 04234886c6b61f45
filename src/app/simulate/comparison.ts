/** Spillway and others in one table, with the words that explain it; on a terminal and on a page. */
import { formatDuration, formatMoney } from '../../model/quantities.ts';
import { percent, whole } from '../../rehearse/words.ts';
import type { Measures } from './summary.ts';

export interface Compared extends Measures {
  readonly name: string;
}

export const columns = [
  ...['', 'lacking θU', 'of the time τU', 'too much θO', 'lost', '99 of 100 within'],
  ...['machine-hours', 'cost', 'most machines'],
] as const;

export function rowOf({ name, elasticity, requests, machineHours, cost, mostMachines }: Compared): readonly string[] {
  return [
    name,
    share(elasticity.thetaU),
    share(elasticity.tauU),
    share(elasticity.thetaO),
    percent(requests.sent === 0 ? 0 : requests.lost / requests.sent),
    formatDuration(requests.p99Ms),
    machineHours < 100 ? machineHours.toFixed(1) : whole(machineHours),
    formatMoney(cost.amount, cost.currency),
    String(mostMachines),
  ];
}

export const columnsSay = [
  'Demand is the fewest machines that serve what comes. Lacking: how much of it was not there, on average over all of ' +
    'the time, and for how much of the time anything was. Too much: what was there beyond it, on average.',
  'Lost: who would have waited longer than visitors do. Machine-hours count from the order of a machine until it is ' +
    'gone, and its cost in the periods that are paid for.',
] as const;

/** A percentage with as many digits as say something. */
function share(percentage: number): string {
  return `${percentage.toFixed(percentage < 10 ? 2 : 1)} %`;
}
