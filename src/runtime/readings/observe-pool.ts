/** From readings to the observation on which a pool's size is decided. It judges no age: that is the decision's. */
import type { MachineName, PoolName } from '../../model/ids.ts';
import type { ObservedMachine, PoolObservation, Reading } from '../../model/observation.ts';
import type { BackendReadings, BalancerReadings } from './balancer-sample.ts';
import type { MachineReadings } from './machine-sample.ts';

export interface PoolSources {
  readonly pool: PoolName;
  /** The names under which balancers lead to it: one for each page by which it is judged. */
  readonly backends: readonly string[];
  /** Every balancer that may carry traffic, and what it told last. One that is known to be dead is left out. */
  readonly balancers: ReadonlyMap<MachineName, BalancerReadings | undefined>;
  readonly machines: readonly ObservedMachine[];
  readonly readings: ReadonlyMap<MachineName, MachineReadings>;
}

export function observePool({ pool, backends, balancers, machines, readings }: PoolSources): PoolObservation {
  const sum = (of: (backend: BackendReadings) => number | undefined) => overAll([...balancers.values()], backends, of);
  const serving = machines.filter(({ stage }) => stage === 'serving');
  const cpus = serving.flatMap(({ name }) => readings.get(name)?.cpu ?? []);
  return {
    pool,
    machines,
    ...named(
      'demand',
      sum(({ arrivals }) => arrivals),
    ),
    ...named(
      'concurrency',
      sum(({ concurrency }) => concurrency),
    ),
    ...named(
      'queue',
      sum(({ queue }) => queue),
    ),
    ...named('cpu', mean(cpus)),
  };
}

/** Half of the balancers say nothing of the whole, so it is there only if all have told; it is as old as the oldest. */
function overAll(
  balancers: readonly (BalancerReadings | undefined)[],
  backends: readonly string[],
  of: (backend: BackendReadings) => number | undefined,
): Reading | undefined {
  if (balancers.length === 0) return undefined;
  let value = 0;
  for (const told of balancers) {
    for (const backend of backends) {
      const own = told?.backends.get(backend);
      const part = own === undefined ? undefined : of(own);
      if (part === undefined) return undefined;
      value += part;
    }
  }
  return { value, atMs: oldest(balancers.flatMap((told) => told ?? [])) };
}

function mean(readings: readonly Reading[]): Reading | undefined {
  if (readings.length === 0) return undefined;
  const sum = readings.reduce((total, { value }) => total + value, 0);
  return { value: sum / readings.length, atMs: oldest(readings) };
}

const oldest = (all: readonly { readonly atMs: number }[]) => Math.min(...all.map(({ atMs }) => atMs));

const named = <Name extends string>(name: Name, reading: Reading | undefined) =>
  (reading === undefined ? {} : { [name]: reading }) as { readonly [Key in Name]?: Reading };
