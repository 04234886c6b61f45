/** A turn of the controller, made by hand. */
import type { ScaleAction, ScaleDecision } from '../../../src/control/scale/decide.ts';
import type { MachineName } from '../../../src/model/ids.ts';
import type { Turn } from '../../../src/sim/invariants/invariant.ts';
import { base, settings } from '../../control/scale/pool.ts';

export interface Handmade extends Partial<Omit<Turn, 'decision'>> {
  readonly decision?: Partial<ScaleDecision>;
  /** `drain web-1`, `create 2`. */
  readonly does?: readonly string[];
}

/** Calm, but for what is said. */
export function turn({ does = [], decision = {}, ...more }: Handmade = {}): Turn {
  return {
    ...{ nowMs: 0, settings, machines: base },
    ...more,
    decision: {
      ...{ kind: 'nothing', size: 3, wanted: 3, capacity: 1350, says: 'target: 3 are enough', losers: [] },
      ...decision,
      actions: does.map(actionOf),
    },
  };
}

function actionOf(words: string): ScaleAction {
  const [kind = '', what = ''] = words.split(' ');
  if (kind === 'create') return { kind, count: Number(what) };
  return { kind: kind as 'drain', machine: what as MachineName };
}
