import { entries } from '../blueprint/records.ts';
import { webRoutes } from '../blueprint/routes.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import { capacityOf } from '../control/scale/capacity.ts';
import type { HeadroomNote } from '../model/plan.ts';
import { counted, formatDuration } from '../model/quantities.ts';
import { scaleOf } from './scale-settings.ts';

/** From the peak of the objectives to how full machines may be and how many wait warm: for each pool that a route leads to. */
export function headroomNotes(blueprint: Blueprint): readonly HeadroomNote[] {
  const { peak } = blueprint.objectives;
  const routed = new Set(webRoutes(blueprint).map(({ to }) => to));
  return entries(blueprint.pools).flatMap(([pool]): HeadroomNote[] => {
    const scale = routed.has(pool) ? scaleOf(blueprint, pool) : undefined;
    if (scale?.headroom === undefined || peak?.within === undefined) return [];
    const { settings, headroom } = scale;
    const { base, overflow } = settings.fleet;
    const whole = capacityOf(settings.fleet, base.count + overflow.count);
    return [
      {
        pool,
        says: [
          `from ${rate(headroom.before)} to ${rate(peak.requests)} within ${formatDuration(peak.within)}: ${rate(headroom.whenWarm)} when a warm machine can answer, ${rate(headroom.whenCold)} when one can that is made then (${formatDuration(settings.readyMs)})`,
          `so machines are at most ${Math.round(settings.fill * 100)} % full before it, and ${counted(settings.warm, 'machine')} of the overflow ${settings.warm === 1 ? 'waits' : 'wait'} warm`,
          `${base.count} × ${base.serves} + ${overflow.count} × ${overflow.serves} = ${rate(whole)} at most`,
        ],
      },
    ];
  });
}

const rate = (requests: number) => `${Math.round(requests)} requests/s`;
