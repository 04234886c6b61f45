/** Wanted against actual: the steps that lead from one to the other. */
import { layOut, type Assets, type Platform, type Primacies, type Taken } from '../blueprint/platform.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import type { MachineName } from '../model/ids.ts';
import type { Plan } from '../model/plan.ts';
import { compile, type Compiled } from '../roles/compile.ts';
import { bakeRemovals, bakeSteps } from './bake-steps.ts';
import { emptyBeginnings } from './begins-empty.ts';
import { changedAsOne } from './change-steps.ts';
import { comparer } from './compare-role.ts';
import { costOf } from './cost.ts';
import { groundSteps, placedFirst, placeSteps } from './ground-steps.ts';
import { headroomNotes } from './headroom-notes.ts';
import { imageSteps } from './image-steps.ts';
import { lint } from './lint.ts';
import { machineSteps } from './machine-steps.ts';
import { commissionedLast, onSeenGround } from './order.ts';
import { enginesOf, existingOn, unseenOf, type Actual, type PlanInput, type Planning } from './planning.ts';
import { lossesOf, removalSteps, removedOnceForgotten } from './removal-steps.ts';
import { inTurns } from './turns.ts';
import { droppedPrimaries, interruptions, strangeMachines, strangeThings } from './seen-findings.ts';

export type { Actual, PlanInput } from './planning.ts';

/**
 * A blueprint laid out around what exists, and compiled: the wanted half of a plan.
 * Of the overflow, what is there stays, and what is `asked` for comes; to let one go is the controller's decision.
 */
export function wanted(
  blueprint: Blueprint,
  assets: Assets,
  inventories: Actual['inventories'],
  primacies: Primacies,
  asked: ReadonlySet<MachineName> = new Set(),
): { platform: Platform; compiled: Compiled } {
  const there = [...inventories.values()].flatMap(({ machines }) => machines.map(({ name }) => name));
  const platform = layOut(blueprint, assets, takenBy(inventories), {
    overflow: new Set([...there, ...asked]),
    primacies,
  });
  return { platform, compiled: compile(platform) };
}

function takenBy(inventories: Actual['inventories']): Taken {
  const all = [...inventories.values()];
  return {
    machines: new Map(all.flatMap(({ machines }) => machines.map(({ name, interfaces }) => [name, interfaces]))),
    addresses: new Map(all.flatMap(({ addresses }) => addresses.map(({ name, ip }) => [name, ip]))),
  };
}

export function makePlan(planInput: PlanInput): Plan {
  const { platform, actual } = planInput;
  const { input, steps } = planned(planInput);
  return {
    steps,
    cost: costOf(platform, actual),
    findings: [
      ...lint(platform),
      ...strangeMachines(input),
      ...strangeThings(input),
      ...droppedPrimaries(input),
      ...emptyBeginnings(input, steps),
      ...interruptions(input, steps),
    ],
    headroom: headroomNotes(platform.blueprint),
    losses: lossesOf(input, steps),
  };
}

/** What is to be done, for who asks nothing else. */
export const stepsOf = (planInput: PlanInput): Plan['steps'] => planned(planInput).steps;

function planned(planInput: PlanInput): { readonly input: Planning; readonly steps: Plan['steps'] } {
  const { platform, actual, only } = planInput;
  const engines = enginesOf(platform, actual);
  const input: Planning = {
    ...planInput,
    existing: existingOn(engines, actual),
    unseen: unseenOf(actual),
    compare: comparer(planInput.digest),
  };
  const worked = only === undefined ? platform.machines : platform.machines.filter(({ name }) => only.has(name));
  const machines = worked.flatMap((machine) => machineSteps(input, machine));
  const around = only === undefined ? engines : [];
  const all = [
    ...engines.flatMap((engine) => imageSteps(input, engine, machines)),
    ...around.flatMap((engine) => groundSteps(input, engine)),
    ...machines,
    ...around.flatMap((engine) => placeSteps(input, engine)),
    ...around.flatMap((engine) => bakeSteps(input, engine, machines)),
    ...around.flatMap((engine) => removalSteps(input, engine)),
    ...around.flatMap((engine) => bakeRemovals(input, engine)),
  ];
  const known = new Set(all.map(({ id }) => id));
  // What a step waits for may already be so, and then is no step of this plan.
  const needed = all.map((step) => ({ ...step, after: step.after.filter((id) => known.has(id)) }));
  const ordered = inTurns(
    input,
    changedAsOne(input, removedOnceForgotten(commissionedLast(onSeenGround(placedFirst(needed), input.unseen)))),
  );
  const left = new Set(ordered.map(({ id }) => id));
  return { input, steps: ordered.map((step) => ({ ...step, after: step.after.filter((id) => left.has(id)) })) };
}
