/** In which stage each machine of a pool is: from what engines list, what balancers say, and what is under way. */
import type { MachineName } from '../../model/ids.ts';
import type { ActualMachine } from '../../model/inventory.ts';
import type { ObservedMachine } from '../../model/observation.ts';

export interface PoolSight {
  /** Of this pool, as the engines list them. */
  readonly listed: readonly Pick<ActualMachine, 'name' | 'part' | 'state' | 'commissioned'>[];
  /** The servers of the pool's backends, on every balancer that answers. */
  readonly servers: readonly ServerSight[];
  /** Machines that are being made, and since when. */
  readonly making: ReadonlyMap<MachineName, number>;
  /** Machines that are being removed. */
  readonly removing: ReadonlySet<MachineName>;
  /** Machines that shall get no more visitors. */
  readonly leaving: ReadonlySet<MachineName>;
  /** Since when a machine is paid for that was there before anybody looked. */
  readonly paidSinceMs?: (name: MachineName) => number | undefined;
}

export interface ServerSight {
  readonly name: MachineName;
  readonly ordered: 'ready' | 'drain' | 'maint';
  readonly isUp: boolean;
}

/** A machine that stays in its stage keeps the time since when it is; one that was not seen before begins now. */
export function stagesOf(
  sight: PoolSight,
  before: readonly ObservedMachine[],
  nowMs: number,
): readonly ObservedMachine[] {
  const known = new Map(before.map((machine) => [machine.name, machine]));
  const observed = (name: MachineName, part: ObservedMachine['part'], stage: ObservedMachine['stage']) => {
    const last = known.get(name);
    const since = sight.making.get(name) ?? nowMs;
    const downAfter = last?.stage === 'down' ? last.downAfter : last?.stage;
    return {
      ...{ name, part, stage },
      ...(sight.removing.has(name) && { isGoing: true }),
      ...(stage === 'down' && downAfter !== undefined && { downAfter }),
      sinceMs: last?.stage === stage ? last.sinceMs : stage === 'starting' ? since : nowMs,
      paidSinceMs: last?.paidSinceMs ?? sight.paidSinceMs?.(name) ?? since,
    };
  };
  const listed = new Set(sight.listed.map(({ name }) => name));
  const servers = Map.groupBy(sight.servers, ({ name }) => name);
  return [
    ...sight.listed.map((machine) =>
      observed(machine.name, machine.part, stageOf(machine, servers.get(machine.name) ?? [], sight)),
    ),
    // Asked for, and not yet listed: it counts all the same, or it would be asked for twice.
    ...[...sight.making.keys()]
      .filter((name) => !listed.has(name))
      .map((name) => observed(name, 'overflow', sight.removing.has(name) ? 'drained' : 'starting')),
  ];
}

function stageOf(
  { name, part, state, commissioned }: PoolSight['listed'][number],
  its: PoolSight['servers'],
  { making, removing, leaving }: PoolSight,
): ObservedMachine['stage'] {
  if (removing.has(name)) return 'drained';
  if (making.has(name)) return 'starting';
  if (state !== 'running') return 'down';
  if (its.length === 0) {
    if (part === 'base') return 'down';
    // What nobody is making and was never finished will not become ready by itself.
    if (!commissioned) return 'down';
    return leaving.has(name) ? 'drained' : 'ready';
  }
  if (its.some(({ ordered }) => ordered !== 'ready')) return 'draining';
  return its.some(({ isUp }) => isUp) ? 'serving' : 'down';
}
