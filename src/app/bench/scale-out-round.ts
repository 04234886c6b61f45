/** One scale-out, from the breach to the first request that the machine that came has answered. */
import type { PoolName } from '../../model/ids.ts';
import { backendsOf } from '../../roles/balancer/backends.ts';
import type { HaproxySocket } from '../../runtime/haproxy/socket.ts';
import { readStat, showStat, type Figures } from '../../runtime/haproxy/stat.ts';
import type { PoolDriver } from '../../runtime/scale/drive-pool.ts';
import type { Work } from '../work.ts';
import type { MoreVisits } from './visits.ts';

/** In their order. `seen`: the reading was taken by which it was decided. `created`: it boots, and SSH answers. */
export const stages = ['seen', 'decided', 'created', 'ready', 'admitted', 'asked', 'served'] as const;
export type Stage = (typeof stages)[number];

/** Milliseconds since the breach. A machine that waits warm is made in none. */
export type Round = Partial<Readonly<Record<Stage, number>>> & { readonly decided: number };

/** Milliseconds since 1970. */
type Seen = { -readonly [Name in Stage]?: number };

export interface MeasuredPool {
  readonly pool: PoolName;
  readonly driver: PoolDriver;
  /** To every balancer that leads to it. */
  readonly watching: readonly HaproxySocket[];
  /** As the journal names it. */
  readonly run: string;
  readonly patienceMs: number;
}

/** As the controller and a rehearsal do it. */
const turnMs = 500;
/** Chosen: as exact as goals of seconds need it, and no load to speak of. */
const watchMs = 50;

/** Chosen: six seconds, which is as far as the rules look back. */
const calmTurns = 12;

/** The base serves, as many as shall be warm wait, and nothing else is there. */
export async function untilCalm({ toolbox: { clock } }: Work, { driver, patienceMs }: MeasuredPool, warm: number) {
  const untilMs = clock.now() + patienceMs;
  for (let calm = 0; calm < calmTurns;) {
    const nowMs = clock.now();
    if (nowMs > untilMs) throw new Error('the pool does not come to rest');
    const { actions } = await driver.turn(nowMs);
    const overflow = driver.machines().filter(({ part }) => part === 'overflow');
    const isCalm = actions.length === 0 && overflow.length === warm && overflow.every(({ stage }) => stage === 'ready');
    calm = isCalm ? calm + 1 : 0;
    await clock.sleep(Math.max(0, turnMs - (clock.now() - nowMs)));
  }
}

export async function measureRound(work: Work, measured: MeasuredPool, step: () => MoreVisits): Promise<Round> {
  const { clock } = work.toolbox;
  const [lastEntry] = work.store.entries({ limit: 1 });
  const { beganMs, stop } = step();
  const seen: Seen = {};
  try {
    const untilMs = clock.now() + measured.patienceMs;
    const isOver = () => seen.served !== undefined || clock.now() > untilMs;
    await Promise.all([takeTurns(work, measured, seen, isOver), watch(work, measured, seen, isOver)]);
    const { decided } = seen;
    if (seen.served === undefined || decided === undefined) throw new Error('no machine came that serves');
    const breachMs = await beganMs;
    const all = Object.entries({ ...seen, ...journaled(work, measured, lastEntry?.id ?? 0) });
    const since = Object.fromEntries(all.map(([stage, atMs]) => [stage, atMs - breachMs]));
    return { ...since, decided: decided - breachMs };
  } finally {
    await stop();
  }
}

async function takeTurns(
  { toolbox: { clock } }: Work,
  { driver }: MeasuredPool,
  seen: Seen,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const nowMs = clock.now();
    const { kind } = await driver.turn(nowMs);
    if (kind === 'grow') {
      // A machine that is made is let in by a decision of its own; the first one brought it.
      seen.decided ??= nowMs;
      const demandMs = driver.seen()?.demand?.atMs;
      if (demandMs !== undefined) seen.seen ??= demandMs;
    }
    await clock.sleep(Math.max(0, turnMs - (clock.now() - nowMs)));
  }
}

/** A balancer that has it has checked it; what it has answered is known there first. */
async function watch(
  { toolbox: { clock }, blueprint }: Work,
  { pool, driver, watching }: MeasuredPool,
  seen: Seen,
  isOver: () => boolean,
): Promise<void> {
  const backends = backendsOf(blueprint, pool);
  const coming = new Set<string>(driver.slots);
  while (!isOver()) {
    const answers = await Promise.all(watching.map((socket) => socket.ask(showStat)));
    const nowMs = clock.now();
    const servers = answers.flatMap((answer) => {
      const stat = readStat(answer);
      return backends.flatMap((backend) => [...(stat.get(backend)?.servers ?? [])]);
    });
    for (const [name, figures] of servers) {
      if (!coming.has(name)) continue;
      if (figures.status === 'up') seen.admitted ??= nowMs;
      if (figures.arrived > 0) seen.asked ??= nowMs;
      if (hasServed(figures)) seen.served ??= nowMs;
    }
    await clock.sleep(watchMs);
  }
}

const hasServed = ({ answers }: Figures) => answers['2xx'] > 0;

/** When the steps of a machine that was made had ended. */
function journaled({ store }: Work, { run }: MeasuredPool, after: number): Pick<Seen, 'created' | 'ready'> {
  const ended = store.entries({ limit: 100, after, kind: 'step-ended' }).filter((entry) => entry.run === run);
  const of = (kind: string) => ended.find(({ detail }) => detail.kind === kind)?.atMs;
  const [created, ready] = [of('create-machine'), of('commission-machine')];
  return { ...(created !== undefined && { created }), ...(ready !== undefined && { ready }) };
}
