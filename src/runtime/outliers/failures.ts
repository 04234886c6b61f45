/** What balancers counted of each machine since they were looked at last, all of them together. */
import type { SeenServer } from '../../control/outliers/judge-outliers.ts';
import type { MachineName } from '../../model/ids.ts';
import type { BalancerSight } from '../haproxy/balancer.ts';
import type { ServerState } from '../haproxy/servers-state.ts';

export interface BalancerLook extends BalancerSight {
  readonly servers: readonly ServerState[];
}

/** By balancer. One that did not answer is not there; of one that is there for the first time, nothing is counted. */
export type Looks = ReadonlyMap<MachineName, BalancerLook>;

export function failuresSince(before: Looks, now: Looks, backends: readonly string[]): readonly SeenServer[] {
  const all = new Map<MachineName, { isUp: boolean; requests: number; failed: number }>();
  for (const [balancer, look] of now) {
    const earlier = before.get(balancer);
    // Another process counts from zero.
    const last = earlier?.process.pid === look.process.pid ? earlier : undefined;
    for (const state of look.servers.filter(({ backend }) => backends.includes(backend))) {
      const name = state.name as MachineName;
      const its = all.get(name) ?? { isUp: true, requests: 0, failed: 0 };
      all.set(name, its);
      its.isUp &&= state.ordered === 'ready' && state.downMs === undefined;
      const [old, fresh] = [last, look].map((one) => one?.backends.get(state.backend)?.servers.get(name));
      if (old === undefined || fresh === undefined || fresh.arrived < old.arrived) continue;
      its.requests += fresh.arrived - old.arrived;
      its.failed += fresh.answers['5xx'] - old.answers['5xx'] + fresh.failures - old.failures;
    }
  }
  return [...all].map(([name, its]) => ({ name, ...its }));
}

/** What is to be said to a balancer so that these machines get no visitors, and no others. */
export function outlierCommands(
  servers: readonly ServerState[],
  backends: readonly string[],
  out: ReadonlySet<MachineName>,
): readonly string[] {
  return servers
    .filter(({ backend }) => backends.includes(backend))
    .flatMap(({ backend, name, weight }) => {
      const isOut = out.has(name as MachineName);
      if (isOut === (weight === 0)) return [];
      // By its weight, for the scale controller orders whether it may serve, and would take it back.
      return [`set server ${backend}/${name} weight ${isOut ? '0' : '100%'}`];
    });
}
