/**
 * Looks once a second which machines fail visitors, and keeps those that fail far more than the others out of the
 * balancers. While no controller runs, checks alone say which machines serve.
 */
import { entries } from '../../blueprint/records.ts';
import {
  judgeOutliers,
  noOutliers,
  outliersOf,
  type OutlierDecision,
  type OutlierState,
} from '../../control/outliers/judge-outliers.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { MachineName, PoolName } from '../../model/ids.ts';
import type { ActualMachine } from '../../model/inventory.ts';
import type { Store } from '../../ports/store.ts';
import { probesOnly } from '../../plan/watch.ts';
import { backendsOf } from '../../roles/balancer/backends.ts';
import { runtimeSocket } from '../../roles/balancer/runtime-socket.ts';
import { routeWeights } from '../../roles/balancer/weights.ts';
import { pageProbes } from '../../roles/pages.ts';
import { lookAt } from '../../runtime/haproxy/balancer.ts';
import { readServersState, showServersState } from '../../runtime/haproxy/servers-state.ts';
import { haproxySocket } from '../../runtime/haproxy/socket.ts';
import { failuresSince, outlierCommands, type BalancerLook, type Looks } from '../../runtime/outliers/failures.ts';
import type { Work } from '../work.ts';
import { entrancesTo } from './pilot.ts';

export interface KeepingOutliers {
  readonly run: string;
  /** Once aborted, no further turn begins. */
  readonly signal: AbortSignal;
  /** All machines of the platform, as they were listed last. */
  readonly machines: () => readonly ActualMachine[];
  /** Which other command works on the platform, in words; nothing is touched meanwhile. */
  readonly tied: () => string | undefined;
  readonly tell: (about: MachineName, error: unknown) => void;
  readonly onDecision: (pool: PoolName, decision: OutlierDecision, atMs: number) => void;
}

/** Chosen: what is compared are some dozens of requests. */
const turnMs = 1_000;
/** Chosen: a page that failed just now is asked for again after this. */
const proofMs = 5_000;

const keptName = (pool: PoolName): string => `outliers/${pool}`;

export function keptOutliers(store: Pick<Store, 'kept'>, pool: PoolName): OutlierState {
  const text = store.kept(keptName(pool));
  return text === undefined ? noOutliers : (JSON.parse(text) as OutlierState);
}

/** Ends once its signal was aborted and the last turn has ended. */
export async function keepOutliers(
  { toolbox, hosts, store, blueprint }: Work,
  keeping: KeepingOutliers,
): Promise<void> {
  const { run, signal, machines, tied, tell, onDecision } = keeping;
  const { clock } = toolbox;
  // Where weights follow a primary, they are said by others.
  const pools = entries(blueprint.pools)
    .map(([pool]) => ({ pool, backends: backendsOf(blueprint, pool), entrances: entrancesTo(blueprint, pool) }))
    .filter(({ pool, backends }) => backends.length > 0 && !routeWeights(blueprint).has(pool));
  if (pools.length === 0) return;

  const reachOf = (name: MachineName) => {
    const there = machines().find((machine) => machine.name === name);
    if (there === undefined) throw new Error(`${name} is not there`);
    return { machine: name, ...there.reach };
  };
  const sockets = new Map<MachineName, ReturnType<typeof haproxySocket>>();
  const socketTo = (balancer: MachineName) => {
    const known = sockets.get(balancer);
    if (known !== undefined) return known;
    const open = () => hosts.openSocket(reachOf(balancer), runtimeSocket);
    const permit = async () => hosts.hear(reachOf(balancer));
    const socket = haproxySocket({ balancer, open, clock, permit });
    sockets.set(balancer, socket);
    return socket;
  };
  let before: Looks = new Map();
  const askedAtMs = new Map<MachineName, number>();

  async function look(balancer: MachineName): Promise<readonly (readonly [MachineName, BalancerLook])[]> {
    try {
      const sight = await lookAt(socketTo(balancer));
      const servers = readServersState(await socketTo(balancer).ask(showServersState));
      return [[balancer, { ...sight, servers }]];
    } catch {
      // One that is silent is known to be.
      return [];
    }
  }

  /** Of those that are out: whose pages are answered now. */
  async function prove(pool: PoolName, out: ReadonlySet<MachineName>, nowMs: number): Promise<Set<MachineName>> {
    const due = [...out].filter((name) => nowMs - (askedAtMs.get(name) ?? -Infinity) >= proofMs);
    const asked = probesOnly({ role: 'pages', probes: pageProbes(blueprint, pool) });
    const proven = await Promise.all(
      due.map(async (name) => {
        askedAtMs.set(name, nowMs);
        try {
          const facts = await hosts.inspect(reachOf(name), [asked]);
          const says = facts.reachable ? [...(facts.roles.get('pages')?.probes.values() ?? ['nothing'])] : ['nothing'];
          return says.every((one) => one === '') ? [name] : [];
        } catch {
          return [];
        }
      }),
    );
    return new Set(proven.flat());
  }

  async function turnOf({ pool, backends }: (typeof pools)[number], now: Looks): Promise<void> {
    const nowMs = clock.now();
    const state = keptOutliers(store, pool);
    const seen = failuresSince(before, now, backends);
    // Not seeing is no reason to act.
    if (seen.length === 0) return;
    const proven = await prove(pool, outliersOf(state), nowMs);
    const { state: next, decisions } = judgeOutliers(state, seen, proven, nowMs);
    store.keep(keptName(pool), JSON.stringify(next));
    for (const decision of decisions) {
      const { kind, machine, says } = decision;
      const reason = `${machine} ${kind === 'out' ? 'goes out of the balancers' : 'comes back'}: ${says}`;
      const detail = { kind, machine };
      store.append({ atMs: nowMs, run, kind: 'decision', subject: `${pool}/outliers`, reason, detail });
      onDecision(pool, decision, nowMs);
    }
    const out = outliersOf(next);
    for (const [balancer, { servers }] of now) {
      const commands = outlierCommands(servers, backends, out);
      try {
        if (commands.length > 0) await socketTo(balancer).permit();
        for (const command of commands) await socketTo(balancer).ask(command);
      } catch (error) {
        // One that is silent hears of it later.
        if (!(error instanceof SpillwayError && error.code === 'haproxy-silent')) tell(balancer, error);
      }
    }
  }

  while (!signal.aborted) {
    const beganMs = clock.now();
    const balancers = machines().filter(({ pool, state }) => {
      return state === 'running' && pools.some(({ entrances }) => entrances.includes(pool));
    });
    const now: Looks = new Map((await Promise.all(balancers.map(({ name }) => look(name)))).flat());
    if (tied() === undefined) for (const one of pools) await turnOf(one, now);
    before = now;
    await clock.sleep(Math.max(0, turnMs - (clock.now() - beganMs)));
  }
  for (const socket of sockets.values()) socket.close();
}
