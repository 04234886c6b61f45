/** What a balancer counted, and what two counts say together. */
import type { BalancerSight } from '../haproxy/balancer.ts';
import type { AnswerClass, Figures } from '../haproxy/stat.ts';

export interface BalancerSample extends BalancerSight {
  readonly atMs: number;
}

export interface BalancerReadings {
  readonly atMs: number;
  /** Of the time of HAProxy's threads, 0 to 1. */
  readonly busy: number;
  readonly connections: number;
  readonly backends: ReadonlyMap<string, BackendReadings>;
}

export interface BackendReadings extends ServerReadings {
  readonly servers: ReadonlyMap<string, ServerReadings>;
}

export interface ServerReadings {
  readonly status: Figures['status'];
  /** Each second: requests that came, and answers by class. Absent between two processes. */
  readonly arrivals?: number;
  readonly answers?: Readonly<Record<AnswerClass, number>>;
  /** Requests that are being answered. */
  readonly concurrency: number;
  readonly queue: number;
  readonly answerMs: number;
  readonly wholeMs: number;
}

export function balancerReadings(before: BalancerSample | undefined, after: BalancerSample): BalancerReadings {
  // Another process counts from zero, and nobody knows when it began.
  const last = before?.process.pid === after.process.pid ? before : undefined;
  const seconds = (after.atMs - (last?.atMs ?? after.atMs)) / 1000;
  const backends = [...after.backends].map(([name, backend]): [string, BackendReadings] => {
    const earlier = last?.backends.get(name);
    const servers = [...backend.servers].map(
      ([server, figures]) => [server, readingsOf(earlier?.servers.get(server), figures, seconds)] as const,
    );
    const waiting = [...backend.servers.values()].reduce((sum, { queue }) => sum + queue, backend.queue);
    const concurrency = servers.reduce((sum, [, one]) => sum + one.concurrency, 0);
    const own = { ...readingsOf(earlier, backend, seconds), concurrency, queue: waiting };
    return [name, { ...own, servers: new Map(servers) }];
  });
  const { idle, connections } = after.process;
  return { atMs: after.atMs, busy: 1 - idle, connections, backends: new Map(backends) };
}

function readingsOf(before: Figures | undefined, after: Figures, seconds: number): ServerReadings {
  const { status, sessions, queue, answerMs, wholeMs } = after;
  return { status, concurrency: sessions, queue, answerMs, wholeMs, ...rates(before, after, seconds) };
}

/** A server that was deleted and added again counts from zero, and the same process goes on. */
function rates(
  before: Figures | undefined,
  after: Figures,
  seconds: number,
): Pick<ServerReadings, 'arrivals' | 'answers'> {
  if (before === undefined || seconds <= 0 || after.arrived < before.arrived) return {};
  const answers = Object.fromEntries(
    (Object.keys(after.answers) as AnswerClass[]).map((name) => [
      name,
      (after.answers[name] - before.answers[name]) / seconds,
    ]),
  );
  return { arrivals: (after.arrived - before.arrived) / seconds, answers: answers as Record<AnswerClass, number> };
}
