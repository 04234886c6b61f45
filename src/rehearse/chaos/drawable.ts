/** What could be drawn on these grounds: each deed that may be, with what it may be done to. */
import type { Machine } from '../../blueprint/platform.ts';
import { entries } from '../../blueprint/records.ts';
import { type FaultKind, faultKinds, verbOf } from '../faults/index.ts';
import { type TargetKind, targets } from '../faults/targets.ts';
import type { Drawn } from '../faults/verb.ts';
import type { Grounds } from './grounds.ts';

export interface Drawable {
  readonly kind: FaultKind;
  readonly drawn: Drawn;
  /** Targets by the pools that they hit, so that a pool of many machines is not broken more often than one of two. */
  readonly groups: readonly (readonly string[])[];
}

export function drawables(grounds: Grounds): readonly Drawable[] {
  return faultKinds.flatMap((kind) =>
    entries(verbOf(kind).on).flatMap(([of, { drawn }]): Drawable[] => {
      const groups = drawn === undefined ? [] : groupsOf(of, grounds);
      return drawn === undefined || groups.length === 0 ? [] : [{ kind, drawn, groups }];
    }),
  );
}

function groupsOf(of: TargetKind, grounds: Grounds): readonly (readonly string[])[] {
  const hits = targets[of].candidates(grounds.known).map((target) => ({ target, machines: hit(of, target, grounds) }));
  const endurable = hits.filter(({ machines }) => isEndurable(machines, grounds));
  const byPools = Map.groupBy(endurable, ({ machines }) => [...new Set(machines.map(({ pool }) => pool))].join(' '));
  return [...byPools.values()].map((group) => group.map(({ target }) => target));
}

function hit(of: TargetKind, text: string, { known, machines }: Grounds): readonly Machine[] {
  const target = targets[of].read(text, known);
  const hits = targets[of].hit as (target: unknown, machines: readonly Machine[]) => readonly Machine[];
  return target === undefined ? [] : hits(target, machines);
}

/**
 * What takes all machines of a pool takes its service too, and shows what is known beforehand: it would be a finding
 * of the blueprint. One machine alone is a pool's own choice, and its loss is one of those that happen.
 */
function isEndurable(hits: readonly Machine[], { machines, spared }: Grounds): boolean {
  if (hits.some(({ name }) => name === spared)) return false;
  const left = new Set(machines.filter((machine) => !hits.includes(machine)).map(({ pool }) => pool));
  return hits.length <= 1 || hits.every(({ pool }) => left.has(pool));
}
