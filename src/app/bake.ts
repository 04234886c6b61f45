/** Makes new bakes because a person asks for them, though the last ones may fit. */
import { bakingPools } from '../plan/bake-steps.ts';
import { mendName } from '../blueprint/suggest.ts';
import { SpillwayError } from '../model/errors.ts';
import type { PoolName } from '../model/ids.ts';
import type { Step } from '../model/plan.ts';
import { perform } from '../runtime/perform.ts';
import type { UpEvent } from './up.ts';
import { exclusively, look, type Work } from './work.ts';

export interface BakeOptions {
  /** By default every pool that bakes. */
  readonly pool?: string;
  readonly signal: AbortSignal;
  readonly progress: (event: UpEvent) => void;
}

export type Baked = Step & { readonly kind: 'bake' };

export async function bake(work: Work, { pool, signal, progress }: BakeOptions): Promise<readonly Baked[]> {
  const { toolbox, blueprint, engines, hosts, store, vault } = work;
  const { clock } = toolbox;
  const pools = poolsToBake(work, pool);
  const run = `bake-${clock.now()}`;
  return exclusively(work, `spillway bake ${blueprint.platform}`, async () => {
    const lookedMs = clock.now();
    const { plan } = await look(work, { rebake: new Set(pools) });
    const steps = plan.steps.filter((step) => step.kind === 'bake').filter((step) => pools.includes(step.bake.pool));
    const unready = pools.find((name) => !steps.some((step) => step.bake.pool === name && step.after.length === 0));
    if (unready !== undefined) throw notAsWanted(blueprint.platform, unready);
    progress({ kind: 'planned', plan: { ...plan, steps }, round: 1, tookMs: clock.now() - lookedMs });
    await perform(
      { steps },
      { platform: blueprint.platform, engines, hosts, store, vault, clock, run, signal, progress },
    );
    return steps;
  });
}

function poolsToBake({ blueprint, engines }: Work, pool: string | undefined): readonly PoolName[] {
  const baking = [...engines.keys()].flatMap((engine) => bakingPools(blueprint, engine));
  const wanted = pool === undefined ? baking : baking.filter((name) => name === pool);
  if (wanted.length > 0) return wanted;
  const isPool = pool !== undefined && Object.hasOwn(blueprint.pools, pool);
  throw new SpillwayError({
    code: 'bakes-not',
    message:
      pool === undefined
        ? `no pool of ${blueprint.platform} bakes`
        : `no pool \`${pool}\` of ${blueprint.platform} bakes`,
    mend:
      pool === undefined || isPool || baking.length === 0
        ? `say so in the blueprint: pools.${pool ?? '….'}.overflow.bake: true`
        : mendName(pool, baking, 'pool'),
    exit: 'wrongInput',
  });
}

function notAsWanted(platform: string, pool: PoolName): SpillwayError {
  return new SpillwayError({
    code: 'not-as-wanted',
    message: `no machine of \`${pool}\` is as the blueprint wants it, so none was baked`,
    mend: `bring it up first: spillway up ${platform}`,
    exit: 'refused',
  });
}
