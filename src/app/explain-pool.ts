/** Why a pool has the size that it has: the last decision about it, with what won, what was rejected, and what was ordered. */
import { find } from '../blueprint/records.ts';
import type { PoolName } from '../model/ids.ts';
import { formatDuration } from '../model/quantities.ts';
import type { ScaleAction } from '../control/scale/decide.ts';
import type { Proposal } from '../control/scale/rule.ts';
import type { JournalEntry, Store } from '../ports/store.ts';
import { inventoriesOf } from '../runtime/observe.ts';
import { orderThatHolds } from '../runtime/scale/orders.ts';
import type { JournaledDecision } from './control/journal-decision.ts';
import { scalingPools } from './control/pools.ts';
import { describePool, laidOut } from './explain.ts';
import { poolStatuses, type BakeStatus, type PoolStatus, type ReliefStatus } from './pool-status.ts';
import type { Work } from './work.ts';

export interface ExplainedPool {
  readonly pool: PoolName;
  readonly parts: readonly { readonly title: string; readonly says: readonly string[] }[];
  /** As it stands in the journal, for programs. */
  readonly decision?: JournalEntry;
}

export function isPool({ blueprint }: Pick<Work, 'blueprint'>, which: string): which is PoolName {
  return find(blueprint.pools, which as PoolName) !== undefined;
}

export async function explainPool(work: Work, pool: PoolName): Promise<ExplainedPool> {
  const { blueprint, engines, store, toolbox } = work;
  const inventories = await inventoriesOf(engines, blueprint.platform);
  const status = poolStatuses(blueprint, inventories.values(), store).find((one) => one.pool === pool);
  const { platform } = await laidOut(work);
  const is = [{ title: 'is', says: describePool(platform, pool) }, ...beside(status, toolbox.clock.now())];
  if (!scalingPools(blueprint).has(pool)) return { pool, parts: is };
  const decision = lastDecision(store, pool);
  const order = orderThatHolds(store, pool, toolbox.clock.now());
  const ordered = {
    title: 'is ordered',
    says: [order === undefined ? 'nothing: the rules decide' : `${order.size} machines until ${timeOf(order.untilMs)}`],
  };
  if (decision === undefined) return { pool, parts: [...is, ordered, { title: 'was decided', says: ['nothing yet'] }] };
  return { pool, parts: [...is, ordered, ...partsOf(decision)], decision };
}

function beside(status: PoolStatus | undefined, nowMs: number): ExplainedPool['parts'] {
  const { relief, bakes } = status ?? {};
  return [
    ...(bakes === undefined ? [] : [{ title: 'begins from', says: describeBakes(bakes, nowMs) }]),
    ...(relief === undefined ? [] : [{ title: 'is relieved by', says: describeRelief(relief) }]),
  ];
}

function describeBakes(bakes: readonly BakeStatus[], nowMs: number): readonly string[] {
  if (bakes.length === 0) return ['its image, for there is no bake'];
  return bakes.map(({ from, madeAtMs }, index) => {
    const age = formatDuration(Math.max(0, nowMs - madeAtMs));
    const copy = `a copy of ${from}, made ${timeOf(madeAtMs)}, ${age} ago`;
    return index === 0 ? copy : `${copy}: kept for machines that began from it`;
  });
}

function describeRelief({ shed, state, sinceMs, says }: ReliefStatus): readonly string[] {
  const since = sinceMs === undefined ? '' : `, since ${timeOf(sinceMs)}`;
  const ways = [
    ...(state === 'turning-away' ? ['turning some away'] : []),
    ...(shed.length === 0 ? [] : [`doing without ${shed.join(', ')}`]),
    ...(state === 'queueing' ? ['letting requests wait'] : []),
  ];
  const does = ways.length === 0 ? 'nothing: all is served' : ways.join(', ');
  return [`${does}${since}`, ...(says === undefined ? [] : [`  ${says}`])];
}

/** Faults of a scenario are decisions too, and about machines. */
function lastDecision(store: Store, pool: PoolName): JournalEntry | undefined {
  return store.entries({ limit: 1, kind: 'decision', subject: pool })[0];
}

function partsOf({ atMs, reason, detail }: JournalEntry): ExplainedPool['parts'] {
  const { actions, winner, losers, affordable, order } = detail as unknown as JournaledDecision;
  return [
    { title: 'was last decided', says: [`${timeOf(atMs)} ${reason}`] },
    { title: 'was done', says: actions.length === 0 ? ['nothing'] : actions.map(describeAction) },
    { title: 'won', says: winner === undefined ? ['nobody: no rule asked for anything'] : describeProposal(winner) },
    { title: 'was not followed', says: losers.length === 0 ? ['nothing'] : losers.flatMap(describeProposal) },
    ...(order === undefined
      ? []
      : [{ title: 'was ordered then', says: [`${order.size} machines until ${timeOf(order.untilMs)}`] }]),
    ...(affordable === undefined
      ? []
      : [{ title: 'was left to spend', says: [`the budget paid for ${affordable} of the overflow`] }]),
  ];
}

function describeAction(action: ScaleAction): string {
  switch (action.kind) {
    case 'create':
      return `make ${action.count} more`;
    case 'admit':
      return `let ${action.machine} serve`;
    case 'drain':
      return `let ${action.machine} leave`;
    case 'close':
      return `end the last requests on ${action.machine}`;
    case 'keep':
      return `keep ${action.machine} warm`;
    case 'destroy':
      return `remove ${action.machine}`;
  }
}

function describeProposal({ rule, size, says, inputs }: Proposal): readonly string[] {
  const figures = Object.entries(inputs).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
  return [
    `${rule}: ${size === undefined ? 'nothing' : `${size} machines`}, for ${says}`,
    ...(figures.length === 0 ? [] : [`  ${figures.join(', ')}`]),
  ];
}

const timeOf = (atMs: number) => new Date(atMs).toISOString().replace('T', ' ').slice(0, 19);
