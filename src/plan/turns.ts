import type { Machine } from '../blueprint/platform.ts';
import { the } from '../blueprint/records.ts';
import type { MachineName, PoolName, StepId } from '../model/ids.ts';
import type { Step, Watch } from '../model/plan.ts';
import { withAllAfter } from './graph.ts';
import type { Planning } from './planning.ts';
import { stepId } from './step-ids.ts';
import { probesOnly } from './watch.ts';
import type { ChangeStep } from './change-steps.ts';

type Disturbing = Step & { readonly kind: 'replace-machine' | 'restart-machine' };

/**
 * Machines of one pool are taken from their work one at a time: the next one when
 * the one before serves again. A machine that did not answer must answer once it
 * was restarted, or nothing more is done to its pool.
 */
export function inTurns(input: Planning, steps: readonly Step[]): readonly Step[] {
  const disturbed = Map.groupBy(steps.filter(takesTurn), (step) => poolOf(input, step));
  return [...disturbed].reduce((so, [pool, those]) => poolInTurns(input, so, pool, those), steps);
}

/** A step after which a machine that may have served until then has to come back. */
export function isDisturbing(step: Step): step is Disturbing {
  return (
    (step.kind === 'replace-machine' && step.reason.code !== 'broken') ||
    (step.kind === 'restart-machine' && step.reason.code === 'unreachable')
  );
}

type Turn = Disturbing | ChangeStep;

const takesTurn = (step: Step): step is Turn => step.kind === 'change-machine' || isDisturbing(step);

export const disturbedMachine = (step: Turn): MachineName =>
  step.kind === 'replace-machine' ? step.machine.name : step.machine;

export function poolOf({ platform }: Planning, step: Turn): PoolName | undefined {
  const name = disturbedMachine(step);
  return platform.machines.find((machine) => machine.name === name)?.pool;
}

function poolInTurns(
  input: Planning,
  steps: readonly Step[],
  pool: PoolName | undefined,
  disturbed: readonly Turn[],
): readonly Step[] {
  const isUnseen = (step: Turn) => input.unseen.has(disturbedMachine(step));
  // With its network, the whole pool goes: nobody is left to wait for.
  const anew = new Set(steps.filter(({ kind }) => kind === 'replace-network').map(({ id }) => id));
  if (pool === undefined || disturbed.some(({ after }) => after.some((id) => anew.has(id)))) return steps;
  const queue = inOrder(input, disturbed, isUnseen);
  let so = steps;
  for (const [index, step] of queue.entries()) {
    const next = queue[index + 1];
    if (step.kind === 'change-machine') {
      // It ends when the machine serves.
      if (next === undefined || withAllAfter(so, new Set([next.id])).has(step.id)) continue;
      so = so.map((one) => (one.id === next.id ? { ...one, after: [...one.after, step.id] } : one));
      continue;
    }
    if (next === undefined && step.kind !== 'restart-machine') continue;
    const machine = disturbedMachine(step);
    const work = so.filter((one) => one.id === step.id || (one.kind === 'configure' && one.machine === machine));
    const after = work.map(({ id }) => id);
    const serves: Step = {
      id: stepId(machine, 'serves'),
      kind: 'await-machine',
      machine,
      watch: isUnseen(step) ? [{ machine, recipes: [] }] : watchOf(input, machine, pool, disturbed),
      reason: next === undefined ? answersAgain : { code: 'turns', says: 'the next of its pool waits until it serves' },
      after,
    };
    const waitsForNext = next !== undefined && after.some((id) => withAllAfter(so, new Set([next.id])).has(id));
    if (waitsForNext) continue;
    so = insertAfter(so, after.at(-1), serves).map((one) =>
      one.id === next?.id ? { ...one, after: [...one.after, serves.id] } : one,
    );
  }
  return so;
}

/**
 * Those that seem to be down already have the least to lose. A change that can be taken back tells whether what is
 * wanted works, before a machine is made from it. Whoever leads the pool comes last, for it is missed most.
 */
function inOrder({ compiled }: Planning, turns: readonly Turn[], isUnseen: (step: Turn) => boolean): readonly Turn[] {
  const leaders = new Set(compiled.placements.values());
  const rank = (step: Turn) =>
    isUnseen(step) ? 0 : step.kind !== 'change-machine' ? 3 : leaders.has(step.machine) ? 2 : 1;
  return turns.toSorted((one, other) => rank(one) - rank(other));
}

const answersAgain = { code: 'answers', says: 'must answer once it was restarted' };

function insertAfter(steps: readonly Step[], id: StepId | undefined, step: Step): readonly Step[] {
  const at = steps.findIndex((one) => one.id === id) + 1;
  return [...steps.slice(0, at), step, ...steps.slice(at)];
}

/** The machine's own probes, and those of whoever sends it work, as far as they were content before. */
function watchOf(
  { platform, compiled, actual }: Planning,
  name: MachineName,
  pool: PoolName,
  disturbed: readonly Turn[],
): readonly Watch[] {
  const { routes, flows, addresses } = platform.blueprint;
  const senders = new Set<PoolName>([
    ...routes.filter(({ to }) => to === pool).map(({ address }) => the(addresses, address).pool),
    ...flows.filter(({ to }) => to === pool).map(({ from }) => from),
  ]);
  const inWork = new Set(disturbed.map(disturbedMachine));
  const recipesOf = (machine: Machine) => compiled.recipes.get(machine.name) ?? [];
  return platform.machines.flatMap((machine): Watch[] => {
    if (machine.name === name)
      return [{ machine: name, recipes: recipesOf(machine).map((recipe) => probesOnly(recipe)) }];
    const facts = actual.facts.get(machine.name);
    if (!senders.has(machine.pool) || inWork.has(machine.name) || facts?.reachable !== true) return [];
    const recipes = recipesOf(machine).map((recipe) => probesOnly(recipe, facts));
    return recipes.every(({ probes }) => probes.length === 0) ? [] : [{ machine: machine.name, recipes }];
  });
}
