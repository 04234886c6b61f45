/** What the controller decided of primaries, kept beside the journal: each change of it stands in the journal as a decision. */
import { entries } from '../../blueprint/records.ts';
import type { Primacies } from '../../blueprint/platform.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { MachineName, PoolName } from '../../model/ids.ts';
import type { Primacy } from '../../model/primacy.ts';
import type { Store } from '../../ports/store.ts';

const nameOf = (pool: PoolName) => `primacy/${pool}`;

export function keptPrimacies(store: Pick<Store, 'kept'>, { pools }: Pick<Blueprint, 'pools'>): Primacies {
  return new Map(
    entries(pools).flatMap(([pool]) => {
      const text = store.kept(nameOf(pool));
      return text === undefined || text === '' ? [] : [[pool, JSON.parse(text) as Primacy] as const];
    }),
  );
}

/** These are about to be made anew: none of them has what the primary has, until it shows that it does. */
export function notInSync(
  store: Pick<Store, 'kept' | 'keep'>,
  blueprint: Pick<Blueprint, 'pools'>,
  machines: ReadonlySet<MachineName>,
): void {
  for (const [pool, primacy] of keptPrimacies(store, blueprint)) {
    const inSync = primacy.inSync.filter((one) => !machines.has(one));
    if (inSync.length < primacy.inSync.length) keepPrimacy(store, pool, { ...primacy, inSync });
  }
}

/** These were made anew, so that they hold nothing any more. */
export function madeAnew(
  store: Pick<Store, 'kept' | 'keep'>,
  blueprint: Pick<Blueprint, 'pools'>,
  machines: ReadonlySet<MachineName>,
): void {
  for (const [pool, primacy] of keptPrimacies(store, blueprint)) {
    const deposed = primacy.deposed.filter((one) => !machines.has(one));
    if (deposed.length < primacy.deposed.length) keepPrimacy(store, pool, { ...primacy, deposed });
  }
}

export function keepPrimacy(store: Pick<Store, 'keep'>, pool: PoolName, primacy: Primacy): void {
  store.keep(nameOf(pool), JSON.stringify(primacy));
}
