/** How pools are scaled in a rehearsal: as the blueprint says, with what the scenario changes. */
import { entries } from '../blueprint/records.ts';
import { webRoutes } from '../blueprint/routes.ts';
import type { Blueprint } from '../blueprint/schema.ts';
import type { ScaleSettings } from '../control/scale/decide.ts';
import type { PoolName } from '../model/ids.ts';
import { scaleOf } from '../plan/scale-settings.ts';
import { speedOf, type Scenario } from './scenario/scenario.ts';

/** Chosen: nobody waits five minutes in a rehearsal. */
const holdInMsMost = 20_000;

/** Of the pools to which a route leads and whose size may change. */
export function scaleSettingsIn(blueprint: Blueprint, scenario: Scenario): ReadonlyMap<PoolName, ScaleSettings> {
  return new Map(
    entries(blueprint.pools).flatMap(([pool]) => {
      const routed = webRoutes(blueprint).some(({ to }) => to === pool);
      const settings = routed ? scaleOf(blueprint, pool)?.settings : undefined;
      return settings === undefined ? [] : [[pool, changed(settings, pool, blueprint, scenario)] as const];
    }),
  );
}

function changed(settings: ScaleSettings, pool: PoolName, { timeZone }: Blueprint, scenario: Scenario): ScaleSettings {
  const { fleet, warm, hold, billing, rules } = settings;
  const none = scenario.capacity === 'base only';
  const hours = scenario.schedule.filter((one) => one.pool === pool).map(({ pool: _, ...entry }) => entry);
  const own = rules.schedule?.entries ?? [];
  return {
    ...settings,
    fleet: none ? { ...fleet, overflow: { ...fleet.overflow, count: 0 } } : fleet,
    warm: none ? 0 : warm,
    rules: hours.length === 0 ? rules : { ...rules, schedule: { timeZone, entries: [...own, ...hours] } },
    hold: {
      outMs: scenario.hold.outMs ?? hold.outMs,
      inMs: scenario.hold.inMs ?? Math.min(hold.inMs, holdInMsMost),
    },
    billing: billingIn(billing, scenario),
  };
}

/** An hour that is paid is an hour of what is rehearsed, which goes faster. */
function billingIn({ periodMs, marginMs }: ScaleSettings['billing'], scenario: Scenario): ScaleSettings['billing'] {
  if (scenario.paid === 'by the second') return { periodMs: 0, marginMs: 0 };
  const speed = speedOf(scenario);
  return { periodMs: periodMs / speed, marginMs: marginMs / speed };
}
