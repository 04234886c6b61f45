/**
 * Nothing begins empty where data was known to be. A primary that was lost with its disk would be made anew, empty, and
 * get the address, beside a replica that has everything.
 */
import { entries } from '../blueprint/records.ts';
import type { MachineName, PoolName } from '../model/ids.ts';
import type { PlanFinding, Step } from '../model/plan.ts';
import { failoverTerms } from '../roles/failover-pools.ts';
import { existingNamed, isMaking, type Planning } from './planning.ts';

type Making = Step & { readonly kind: 'create-machine' | 'replace-machine' };

export function emptyBeginnings(input: Planning, steps: readonly Step[]): readonly PlanFinding[] {
  const made = new Map(steps.filter(isMaking).map((step) => [step.machine.name, step]));
  return entries(input.platform.blueprint.pools).flatMap(([pool]) => beginningOf(input, pool, made));
}

function beginningOf(input: Planning, pool: PoolName, made: ReadonlyMap<MachineName, Making>): readonly PlanFinding[] {
  const { platform, compiled, holding } = input;
  const keepers = (platform.pools.get(pool) ?? [])
    .map(({ name }) => name)
    .filter((name) => compiled.dataFrom.has(name));
  const empty = keepers.filter(
    (name) => made.has(name) && (compiled.dataFrom.get(name) ?? []).every((from) => made.has(from)),
  );
  const [first] = empty;
  if (first === undefined) return [];
  const copies = keepers.filter((name) => !made.has(name) && existingNamed(input, name)?.commissioned === true);
  const lost = empty.filter((name) => isGone(made.get(name)));
  if (copies.length > 0) return [besideCopies(input, pool, first, made.get(first), copies)];
  const known = lost.filter((name) => holding?.has(name) === true);
  return known.length === 0 ? [] : [ofNothing(pool, known)];
}

const isGone = (step: Making | undefined) => step?.kind === 'create-machine' || step?.reason.code === 'broken';

function besideCopies(
  { platform: { blueprint } }: Planning,
  pool: PoolName,
  machine: MachineName,
  step: Making | undefined,
  copies: readonly MachineName[],
): PlanFinding {
  const [copy = ''] = copies;
  const move = `spillway failover ${blueprint.platform} ${pool} --to ${copy}`;
  const gone = isGone(step);
  const happened = gone ? 'was lost with its data' : `is to be made anew (${step?.reason.says ?? ''})`;
  const has = copies.length === 1 ? 'has a copy' : 'have copies';
  return {
    name: `begins-empty:${pool}`,
    severity: 'refused',
    says: `${machine} ${happened}, and would begin empty, while ${copies.join(' and ')} ${has} of it`,
    mend: !failoverTerms(blueprint).has(pool)
      ? `add an address of \`${pool}\` on a private network to addresses: then another machine can take its place`
      : gone
        ? `let the copy take its place: \`${move} --yes\``
        : `let it hand over first: \`${move}\``,
  };
}

function ofNothing(pool: PoolName, lost: readonly MachineName[]): PlanFinding {
  const [was, their] = lost.length === 1 ? ['was', 'its'] : ['were', 'their'];
  return {
    name: `data-lost:${pool}`,
    severity: 'refused',
    says: `${lost.join(' and ')} ${was} lost with ${their} data, and nothing else has it: \`${pool}\` would begin empty`,
    mend: 'bring a disk of one of them back; or if it shall begin empty, run it again with `--yes`',
  };
}
