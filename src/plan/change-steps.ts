/**
 * A machine that serves is changed as a whole: it leaves its balancers, all that differs is done, it is asked whether it
 * serves with that, and visitors come back; or everything is taken back. So the steps of its roles become one. A machine
 * that does not serve yet is configured role by role, in the order in which they need each other.
 */
import type { Machine } from '../blueprint/platform.ts';
import { the } from '../blueprint/records.ts';
import { webRoutes } from '../blueprint/routes.ts';
import type { MachineName, StepId } from '../model/ids.ts';
import type { Change, Reason, Step, Visits } from '../model/plan.ts';
import { counted } from '../model/quantities.ts';
import type { Recipe } from '../model/recipe.ts';
import { backendsOf } from '../roles/balancer/backends.ts';
import { baseRole } from '../roles/base/index.ts';
import { logsOf } from '../roles/logs.ts';
import { pageProbes } from '../roles/pages.ts';
import { withAllAfter } from './graph.ts';
import { on, type Planning } from './planning.ts';
import { roleStep, stepId } from './step-ids.ts';
import { probesOnly } from './watch.ts';

export type ChangeStep = Step & { readonly kind: 'change-machine' };
type ConfigureStep = Step & { readonly kind: 'configure' };

/** The steps with those of machines that serve put together. */
export function changedAsOne(input: Planning, steps: readonly Step[]): readonly Step[] {
  const busy = new Set(
    steps.flatMap((step) => ('machine' in step && changesPower.has(step.kind) ? [machineOf(step)] : [])),
  );
  const configures = Map.groupBy(
    steps.filter((step) => step.kind === 'configure').filter((step) => !setsUp(step)),
    ({ machine }) => machine,
  );
  const changes = input.platform.machines.flatMap((machine): ChangeStep[] => {
    const its = configures.get(machine.name) ?? [];
    if (busy.has(machine.name) || !serves(input, machine)) return [];
    if (!its.some(isFelt) && !isUnproven(input, machine)) return [];
    return [changeOf(input, machine, its)];
  });
  return changes.length === 0 ? steps : inPlaceOf(input, steps, changes);
}

/** After these, the machine is looked at anew, or is another one. */
const changesPower: ReadonlySet<Step['kind']> = new Set([
  ...([
    'create-machine',
    'replace-machine',
    'start-machine',
    'restart-machine',
    'rejoin-machine',
    'remove-machine',
  ] as const),
]);

const machineOf = (step: Step & { readonly machine: unknown }) =>
  (typeof step.machine === 'string' ? step.machine : (step.machine as { readonly name: string }).name) as MachineName;

function serves({ actual, ...input }: Planning, { name, engine }: Machine): boolean {
  return (
    on({ actual, ...input }, engine).machines.get(name)?.commissioned === true &&
    actual.facts.get(name)?.reachable === true
  );
}

function isUnproven({ actual }: Planning, { name }: Machine): boolean {
  const facts = actual.facts.get(name);
  return facts?.reachable === true && facts.isUnproven === true;
}

/**
 * Does whoever the machine serves notice, if it goes wrong? What every machine has alike, its firewall among it, changes
 * whenever one comes or goes, and takes no turns: of a thousand machines the last would wait for hours.
 */
function isFelt({ role, changes }: ConfigureStep): boolean {
  if (role === baseRole || role === 'leftovers') return false;
  return changes.some(
    (change) =>
      change.kind === 'release' ||
      change.kind === 'stop-unit' ||
      (change.kind === 'unit' && ['reads-changed', 'not-read-yet'].includes(change.why.code)),
  );
}

/** Software that does not run serves nobody, and may wait for that of other machines: it is set up as on a new machine. */
function setsUp({ changes }: ConfigureStep): boolean {
  return changes.some((change) => change.kind === 'unit' && change.why.code === 'stopped');
}

function changeOf(input: Planning, machine: Machine, configures: readonly ConfigureStep[]): ChangeStep {
  const { name, pool } = machine;
  const parts = configures.map(({ role, changes }) => ({ role, changes }));
  const all = parts.flatMap(({ changes }): readonly Change[] => changes);
  const reason: Reason =
    all.length === 0
      ? { code: 'unproven', says: 'was changed, and nobody knows whether it serves with that' }
      : { code: 'differs', says: counted(all.length, 'difference') };
  const own = new Set(configures.map(({ id }) => id));
  return {
    id: stepId(name, 'change'),
    kind: 'change-machine',
    machine: name,
    parts,
    visits: visitsOf(input, machine),
    pages: probesOnly({ role: 'pages', probes: pageProbes(input.platform.blueprint, pool) }),
    watch: watchOf(input, machine),
    logs: logsOf(input.platform.blueprint, pool),
    reason,
    after: [...new Set(configures.flatMap(({ after }) => after))].filter((id) => !own.has(id)),
  };
}

/** Its own probes, as far as they were content before: what failed already is no fault of the change. */
function watchOf({ compiled, actual }: Planning, { name }: Machine): readonly Recipe[] {
  const facts = actual.facts.get(name);
  const own = (recipe: Recipe) => ({ ...recipe, probes: recipe.probes.filter(({ ofOthers }) => ofOthers !== true) });
  return (compiled.recipes.get(name) ?? []).map((recipe) =>
    probesOnly(own(recipe), facts?.reachable === true ? facts : undefined),
  );
}

/** The balancers by which visitors come to it, and under which names these know its pool. */
function visitsOf({ platform, actual }: Planning, { pool }: Machine): Visits {
  const { blueprint } = platform;
  const entrances = new Set(
    webRoutes(blueprint).flatMap(({ to, address }) => (to === pool ? [the(blueprint.addresses, address).pool] : [])),
  );
  const balancers = platform.machines.filter(
    (machine) => entrances.has(machine.pool) && actual.facts.get(machine.name)?.reachable === true,
  );
  return { balancers: balancers.map(({ name }) => name), backends: backendsOf(blueprint, pool) };
}

/**
 * Each stands where the last step stood that became part of it, so that a plan still reads in the order of its work.
 * What waited for a part waits for the whole. Machines of one pool go in turns, whatever order they were set up in; and
 * where two roles of a machine would wait for a neighbour in opposite directions, one of these waits is left out: all of
 * them are set up already.
 */
function inPlaceOf({ platform }: Planning, steps: readonly Step[], changes: readonly ChangeStep[]): readonly Step[] {
  const wholes = new Map(changes.map((change) => [change.machine, change]));
  const parts = new Set(changes.flatMap(({ parts: its, machine }) => its.map(({ role }) => roleStep(machine, role))));
  const wholeOf = (step: Step) =>
    step.kind === 'configure' && parts.has(step.id) ? wholes.get(step.machine) : undefined;
  const renamed = new Map<StepId, StepId>(
    steps.flatMap((step) => {
      const whole = wholeOf(step);
      return whole === undefined ? [] : [[step.id, whole.id] as const];
    }),
  );
  const rename = (ids: readonly StepId[]) => [...new Set(ids.map((id) => renamed.get(id) ?? id))];
  const last = new Map(steps.flatMap((step) => (wholeOf(step) === undefined ? [] : [[wholeOf(step), step] as const])));
  const alone = changes.filter((change) => !last.has(change));
  let so: readonly Step[] = [
    ...steps.flatMap((step): Step[] => {
      const whole = wholeOf(step);
      if (whole === undefined) return [{ ...step, after: rename(step.after) }];
      return last.get(whole) === step ? [{ ...whole, after: [] }] : [];
    }),
    ...alone,
  ];
  const poolOf = new Map(platform.machines.map(({ name, pool }) => [name, pool]));
  const poolOfChange = new Map(changes.map(({ id, machine }) => [id, poolOf.get(machine)]));
  for (const { id, after } of changes) {
    for (const other of rename(after)) {
      if (poolOfChange.get(other) === poolOfChange.get(id) || withAllAfter(so, new Set([id])).has(other)) continue;
      so = so.map((step) => (step.id === id ? { ...step, after: [...step.after, other] } : step));
    }
  }
  return so;
}
