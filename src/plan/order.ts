import type { MachineName, StepId } from '../model/ids.ts';
import type { Step } from '../model/plan.ts';

/**
 * Leaves out what builds on a machine that must be started or mended before it can be looked
 * at, and what builds on that: only the next look can say whether it is ready for them.
 */
export function onSeenGround(steps: readonly Step[], unseen: ReadonlySet<MachineName>): readonly Step[] {
  const starts = steps.filter(
    (step) =>
      (step.kind === 'start-machine' || step.kind === 'restart-machine' || step.kind === 'rejoin-machine') &&
      unseen.has(step.machine),
  );
  if (starts.length === 0) return steps;
  const waiting = new Set(starts.map(({ id }) => id));
  const built = steps.filter(({ kind }) => kind === 'configure' || kind === 'commission-machine' || kind === 'bake');
  for (let found = true; found;) {
    const next = built.filter(({ id, after }) => !waiting.has(id) && after.some((one) => waiting.has(one)));
    for (const { id } of next) waiting.add(id);
    found = next.length > 0;
  }
  return steps.filter((step) => starts.includes(step) || !waiting.has(step.id));
}

/**
 * A machine has the whole host until those are set up that build on it. With its
 * share alone, it would serve a replica's copy or a first filling many times as slowly.
 */
export function commissionedLast(steps: readonly Step[]): readonly Step[] {
  const configured = new Map(
    steps.flatMap((step) => (step.kind === 'configure' ? [[step.id, step.machine] as const] : [])),
  );
  const builders = new Map<MachineName, Set<StepId>>();
  for (const { id, after } of steps) {
    for (const machine of after.map((one) => configured.get(one))) {
      if (machine === undefined || machine === configured.get(id) || !configured.has(id)) continue;
      builders.set(machine, (builders.get(machine) ?? new Set()).add(id));
    }
  }
  return steps.map((step) =>
    step.kind === 'commission-machine'
      ? { ...step, after: [...step.after, ...(builders.get(step.machine) ?? [])] }
      : step,
  );
}
