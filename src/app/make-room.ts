/** Sees that a host carries the machines that a plan makes, before the first of them is made. */
import { entries } from '../blueprint/records.ts';
import type { Plan } from '../model/plan.ts';
import { hostCannot, type Work } from './work.ts';

/** Refuses when they do not fit. Limits are raised for all that may come with the load, too. */
export async function makeRoom({ engines, blueprint }: Pick<Work, 'engines' | 'blueprint'>, { steps }: Plan) {
  const mayCome = entries(blueprint.pools).reduce((sum, [, { overflow }]) => sum + (overflow?.count ?? 0), 0);
  for (const [name, { room }] of engines) {
    const made = steps.filter((step) => step.kind === 'create-machine' && step.engine === name).length;
    if (room === undefined || made === 0) continue;
    await room(made + mayCome, true);
    const { shortfalls } = await room(made, false);
    if (shortfalls.length > 0) throw hostCannot(shortfalls);
  }
}
