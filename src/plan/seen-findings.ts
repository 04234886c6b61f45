/** What a look at the machines found that no step can mend, and what steps will be felt. */
import { the } from '../blueprint/records.ts';
import type { MachineFacts } from '../model/facts.ts';
import type { PlanFinding, Step } from '../model/plan.ts';
import type { Found } from './found.ts';
import { judged } from './lint.ts';
import type { Planning } from './planning.ts';
import { disturbedMachine, isDisturbing, poolOf } from './turns.ts';

type Strange = MachineFacts & { readonly reachable: false; readonly because: 'stranger' | 'stuck' };

/** Machines that answer and cannot be looked at. A step on them would be a shot in the dark, so they are refused. */
export function strangeMachines({ platform, actual }: Planning): readonly PlanFinding[] {
  const seen = [...actual.facts];
  const strange = seen.flatMap(([machine, facts]) => (isStrange(facts) ? [{ machine, ...facts }] : []));
  const { platform: name } = platform.blueprint;
  if (strange.length > 1 && strange.length === seen.length && strange.every(({ because }) => because === 'stranger')) {
    const says = `all ${seen.length} machines of ${name} are there, and none of them is known here: what was kept of ${name} on this controller is lost`;
    const mend = `put its state folder back from a backup, or begin anew with \`spillway down ${name}\``;
    return judged(platform.blueprint, [{ name: 'state-lost', severity: 'refused', says, mend }]);
  }
  return judged(
    platform.blueprint,
    strange.map(({ machine, because, why }): Found => {
      const mend =
        because === 'stuck'
          ? `look at it with \`spillway ssh ${name} ${machine}\``
          : 'find out what answers at its address before going on';
      return { name: `${because}:${machine}`, severity: 'refused', says: `${machine} was not looked at: ${why}`, mend };
    }),
  );
}

/** Things with the platform's name that belong to none of its machines: of them nothing is known, so nothing is done. */
export function strangeThings({ platform, actual }: Planning): readonly PlanFinding[] {
  const things = [...actual.inventories.values()].flatMap(({ leftovers }) => leftovers);
  const { blueprint } = platform;
  if (things.length === 0) return [];
  const shown = things.slice(0, mostThingsShown).join(', ');
  const more = things.length > mostThingsShown ? ` and ${things.length - mostThingsShown} more` : '';
  return judged(blueprint, [
    {
      name: 'strange-things',
      severity: 'warned',
      says: `${shown}${more} ${things.length === 1 ? 'bears' : 'bear'} the platform’s name and belong${things.length === 1 ? 's' : ''} to none of its machines`,
      mend: `find out who made that; \`spillway down ${blueprint.platform}\` removes it with all else`,
    },
  ]);
}

/** Chosen: enough to see what it is about. */
const mostThingsShown = 3;

function isStrange(facts: MachineFacts): facts is Strange {
  return !facts.reachable && facts.because !== 'silent';
}

/**
 * The machine that holds what all others follow is no longer wanted, though it was made the primary since the blueprint
 * was written. Without it, another one would take writes that never had its last ones.
 */
export function droppedPrimaries({ platform, existing }: Planning): readonly PlanFinding[] {
  const { blueprint, pools, primacies } = platform;
  const there = new Set([...existing.values()].flatMap(({ machines }) => [...machines.keys()]));
  return judged(
    blueprint,
    [...primacies].flatMap(([pool, { primary }]): Found[] => {
      const names = (pools.get(pool) ?? []).map(({ name }) => name);
      const [first] = names;
      if (first === undefined || !there.has(primary) || names.includes(primary)) return [];
      const says = `${primary} is the primary of \`${pool}\`, and this would remove it`;
      const mend = `before that, with the blueprint as it was: \`spillway failover ${blueprint.platform} ${pool} --to ${first}\``;
      return [{ name: `drops-primary:${pool}`, severity: 'refused', says, mend }];
    }),
  );
}

/** Pools that stop for a while, because the only machine that they have is taken from its work. */
export function interruptions(input: Planning, steps: readonly Step[]): readonly PlanFinding[] {
  const { blueprint, pools } = input.platform;
  return judged(
    blueprint,
    steps.filter(isDisturbing).flatMap((step): Found[] => {
      const pool = poolOf(input, step);
      const machine = disturbedMachine(step);
      if (pool === undefined || input.unseen.has(machine) || (pools.get(pool) ?? []).length > 1) return [];
      const says = `\`${pool}\` stops its work while ${machine} is made anew, for it has no other machine`;
      const mend = `raise pools.${pool}.base.count from ${the(blueprint.pools, pool).base.count}, or do it when nobody needs it`;
      return [{ name: `interrupts:${pool}`, severity: 'warned', says, mend }];
    }),
  );
}
