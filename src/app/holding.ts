/** Which machines hold, or held, what exists on them alone or in copies: no look at what there is can tell of one that is gone. */
import type { Compiled } from '../roles/compile.ts';
import type { EngineName, MachineName } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Platform } from '../blueprint/platform.ts';
import type { Store } from '../ports/store.ts';

const name = 'holding';

export function keptHolders(store: Pick<Store, 'kept'>): ReadonlySet<MachineName> {
  const text = store.kept(name);
  return new Set(text === undefined ? [] : (JSON.parse(text) as MachineName[]));
}

export interface Seen {
  readonly platform: Platform;
  readonly compiled: Pick<Compiled, 'dataFrom'>;
  readonly inventories: ReadonlyMap<EngineName, Inventory>;
}

/** Adds those that are set up by now; one that the blueprint no longer has is forgotten. */
export function noteHolders(store: Pick<Store, 'kept' | 'keep'>, { platform, compiled, inventories }: Seen): void {
  const setUp = [...inventories.values()].flatMap(({ machines }) =>
    machines.filter(({ state, commissioned }) => state !== 'broken' && commissioned).map((machine) => machine.name),
  );
  const wanted = new Set(platform.machines.map((machine) => machine.name));
  const before = keptHolders(store);
  const holding = [...new Set([...before, ...setUp])].filter(
    (machine) => wanted.has(machine) && compiled.dataFrom.has(machine),
  );
  if (holding.length !== before.size || holding.some((machine) => !before.has(machine)))
    store.keep(name, JSON.stringify(holding.toSorted()));
}
