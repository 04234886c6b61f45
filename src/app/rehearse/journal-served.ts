/** What a rehearsal showed of its machines, for those who simulate: in the journal, beside the times that they took. */
import { whyUnsound } from '../../rehearse/load/load-second.ts';
import { percent } from '../../rehearse/words.ts';
import type { Recording } from '../../rehearse/recording.ts';
import { servedIn10s, type Served } from '../../rehearse/verdict/served.ts';
import type { PoolName } from '../../model/ids.ts';
import type { Store } from '../../ports/store.ts';

export function journalServed(
  store: Pick<Store, 'append'>,
  at: { readonly atMs: number; readonly run: string },
  recording: Recording,
): void {
  // One that was stopped, or whose load could not keep up, shows nothing.
  if (recording.total === undefined || whyUnsound(recording.total) !== undefined) return;
  const served = servedIn10s(recording);
  if (served === undefined) return;
  const { pool, ...detail } = served;
  store.append({ ...at, kind: 'measured', subject: pool, reason: saysServed(served), detail });
}

/** The last that was measured of this pool, by the same blueprint. */
export function lastServed(store: Pick<Store, 'entries'>, pool: PoolName, says: Served['says']): Served | undefined {
  const [last] = store.entries({ limit: 1, kind: 'measured', subject: pool });
  if (last === undefined) return undefined;
  const served = { pool, ...(last.detail as unknown as Omit<Served, 'pool'>) };
  const isSame = served.says.base === says.base && (served.says.overflow ?? says.overflow) === says.overflow;
  return isSame ? served : undefined;
}

function saysServed({ held, broke, p99Ms }: Served): string {
  const limit = `${p99Ms} ms`;
  return [
    held === undefined
      ? `99 of 100 never came within ${limit}`
      : `at ${percent(held)} of what the blueprint says, 99 of 100 came within ${limit}`,
    ...(broke === undefined ? ['more was not asked for'] : [`at ${percent(broke)} they did not`]),
  ].join('; ');
}
