/** Takes a machine from its balancers, and lets visitors come back to it. */
import { doesWorse, type Served } from '../../control/rollout/judge.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { MachineName } from '../../model/ids.ts';
import type { Visits } from '../../model/plan.ts';
import type { Clock } from '../../ports/clock.ts';
import { livingProcess } from '../haproxy/balancer.ts';
import { readServersState, showServersState } from '../haproxy/servers-state.ts';
import type { HaproxySocket } from '../haproxy/socket.ts';
import { readStat, showStat, type Figures } from '../haproxy/stat.ts';

export interface Entrance {
  readonly visits: Visits;
  readonly machine: MachineName;
  readonly socketOf: (balancer: MachineName) => HaproxySocket;
  readonly clock: Clock;
}

/** Where it stood among others, and stands no more: balancer and backend. */
export type Left = readonly { readonly balancer: MachineName; readonly backend: string }[];

/** Chosen: as long as a balancer waits for an answer by default. What takes longer goes on while the machine is changed. */
const leavingMs = 15_000;
/** Chosen: balancers ask a machine that was down twice a second. */
const enteringMs = 10_000;
const pauseMs = 100;

/**
 * It leaves where others serve on; the last one that serves stays. A balancer that is silent sends it visitors all the
 * same, and is not waited for.
 */
export async function leave({ visits, machine, socketOf, clock }: Entrance): Promise<Left> {
  const left = await onEach(visits, async (balancer) => {
    const socket = socketOf(balancer);
    await livingProcess(socket);
    const stats = readStat(await socket.ask(showStat));
    const states = readServersState(await socket.ask(showServersState));
    const backends = visits.backends.filter((backend) => {
      const isThere = states.some((one) => one.backend === backend && one.name === machine && one.ordered === 'ready');
      const servers = [...(stats.get(backend)?.servers ?? [])];
      return isThere && servers.some(([name, { status }]) => name !== machine && status === 'up');
    });
    if (backends.length > 0) await socket.permit();
    for (const backend of backends) await socket.ask(`set server ${backend}/${machine} state drain`);
    return backends.map((backend) => ({ balancer, backend }));
  });
  const untilMs = clock.now() + leavingMs;
  while (clock.now() < untilMs) {
    const sessions = await sessionsOf({ left, machine, socketOf });
    if (sessions === 0) break;
    await clock.sleep(pauseMs);
  }
  return left;
}

async function sessionsOf({ left, machine, socketOf }: Pick<Entrance, 'machine' | 'socketOf'> & { left: Left }) {
  let sessions = 0;
  for (const { balancer, backend } of left) {
    const figures = await figuresOf(socketOf(balancer), backend, machine).catch(() => undefined);
    sessions += (figures?.sessions ?? 0) + (figures?.queue ?? 0);
  }
  return sessions;
}

async function figuresOf(socket: HaproxySocket, backend: string, machine: MachineName): Promise<Figures | undefined> {
  return readStat(await socket.ask(showStat))
    .get(backend)
    ?.servers.get(machine);
}

/** Every balancer that sends visitors to its pool sends them to it again, also one where it had left before by another hand. */
export async function enter({ visits, machine, socketOf, clock }: Entrance): Promise<void> {
  await onEach(visits, async (balancer) => {
    const socket = socketOf(balancer);
    await livingProcess(socket);
    const states = readServersState(await socket.ask(showServersState));
    const out = states.filter(
      ({ backend, name, ordered }) => visits.backends.includes(backend) && name === machine && ordered !== 'ready',
    );
    if (out.length > 0) await socket.permit();
    for (const { backend } of out) await socket.ask(`set server ${backend}/${machine} state ready`);
    const untilMs = clock.now() + enteringMs;
    while (out.length > 0 && clock.now() < untilMs) {
      const stats = readStat(await socket.ask(showStat));
      if (out.every(({ backend }) => stats.get(backend)?.servers.get(machine)?.status !== 'down')) break;
      await clock.sleep(pauseMs);
    }
    return [];
  });
}

/** What the balancers counted by now: of the machine, and of the others of its pool. */
export interface Counted {
  readonly machine: Served;
  readonly others: Served;
}

export async function countServed({ visits, machine, socketOf }: Entrance): Promise<Counted> {
  const counted = await onEach(visits, async (balancer) => {
    const stats = readStat(await socketOf(balancer).ask(showStat));
    return visits.backends.flatMap((backend) => [...(stats.get(backend)?.servers ?? [])]);
  });
  const sum = (figures: readonly Figures[]): Served => ({
    answers: figures.reduce(
      (all, { answers }) => all + Object.values(answers).reduce((a, b) => a + b, 0) - answers['5xx'],
      0,
    ),
    failures: figures.reduce((all, { answers, failures }) => all + answers['5xx'] + failures, 0),
  });
  return {
    machine: sum(counted.filter(([name]) => name === machine).map(([, figures]) => figures)),
    others: sum(counted.filter(([name]) => name !== machine).map(([, figures]) => figures)),
  };
}

export function didWorse(before: Counted, after: Counted): boolean {
  const since = (of: 'machine' | 'others'): Served => ({
    // A balancer that began anew counts from zero.
    answers: Math.max(0, after[of].answers - before[of].answers),
    failures: Math.max(0, after[of].failures - before[of].failures),
  });
  return doesWorse(since('machine'), since('others'));
}

/** What those answer that can be spoken to. */
async function onEach<Result>(
  { balancers }: Visits,
  ask: (balancer: MachineName) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  const answers = await Promise.all(
    balancers.map((balancer) =>
      ask(balancer).catch((error: unknown) => {
        if (error instanceof SpillwayError && silent.has(error.code)) return [];
        throw error;
      }),
    ),
  );
  return answers.flat();
}

const silent: ReadonlySet<string> = new Set([
  ...['haproxy-silent', 'haproxy-refused', 'socket-refused', 'session-lost', 'machine-unreachable', 'connect-timeout'],
]);
