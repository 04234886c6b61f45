/** Since when machines of the overflow are paid for, and which ones were there: read from the journal's steps. */
import type { FlavourName, MachineName } from '../../model/ids.ts';
import { pastFromWall, type Clock } from '../../ports/clock.ts';
import type { JournalEntry, Store } from '../../ports/store.ts';

export interface MachineStay {
  readonly machine: MachineName;
  readonly flavour: FlavourName;
  readonly fromMs: number;
  /** Absent while it is there. */
  readonly toMs?: number;
}

interface OpenStay extends MachineStay {
  /** When something was written of it last. */
  readonly lastMs: number;
  /** Its making failed, so that perhaps it never was. */
  readonly failed: boolean;
}

export interface Stays {
  /** Reads what was written since the last time, whoever wrote it. */
  catchUp(): void;
  /** All that the journal tells of, those that are `there` with no end. */
  all(there: ReadonlySet<MachineName>): readonly MachineStay[];
  /** Since when a machine is paid for that is there. As all of it by the clock's `now`: what a machine's hour is does not change when the wall is set. */
  paidSinceMs(machine: MachineName): number | undefined;
}

/** Chosen: more than a busy month's; what is older is paid. */
const mostEntries = 200_000;

export function readStays(store: Store, clock: Pick<Clock, 'now' | 'wall'>): Stays {
  const open = new Map<MachineName, OpenStay>();
  const ended: MachineStay[] = [];
  let after = 0;

  const end = (stay: OpenStay | undefined, toMs: number) => {
    if (stay === undefined) return;
    const { machine, flavour, fromMs } = stay;
    open.delete(machine);
    ended.push({ machine, flavour, fromMs, toMs });
  };
  const take = ({ kind, atMs, subject, detail }: JournalEntry) => {
    const machine = subject.split('/')[0] as MachineName;
    const known = open.get(machine);
    const stay = known === undefined ? undefined : { ...known, lastMs: atMs };
    if (stay !== undefined) open.set(machine, stay);
    if (subject !== `${machine}/machine`) return;
    if (kind === 'step-began' && (detail.kind === 'create-machine' || detail.kind === 'replace-machine')) {
      // It is made because it was not there: of the one before nobody wrote the end.
      if (known?.failed === false) end(known, detail.kind === 'replace-machine' ? atMs : known.lastMs);
      else open.delete(machine);
      if (detail.part !== 'overflow') return;
      const flavour = String(detail.flavour) as FlavourName;
      open.set(machine, { machine, flavour, fromMs: atMs, lastMs: atMs, failed: false });
    }
    if (kind === 'step-failed' && detail.kind === 'create-machine' && stay !== undefined)
      open.set(machine, { ...stay, failed: true });
    if (kind === 'step-ended' && detail.kind === 'remove-machine') end(stay, atMs);
  };

  return {
    catchUp() {
      const entries = store.entries({ limit: mostEntries, after });
      after = entries[0]?.id ?? after;
      for (const entry of entries.toReversed()) take({ ...entry, atMs: pastFromWall(clock, entry.atMs) });
    },
    all(there) {
      const stays = [...open.values()].filter(({ machine, failed }) => !failed || there.has(machine));
      return [
        ...ended,
        ...stays.map(({ machine, flavour, fromMs, lastMs }) => ({
          ...{ machine, flavour, fromMs },
          ...(!there.has(machine) && { toMs: lastMs }),
        })),
      ];
    },
    paidSinceMs: (machine) => open.get(machine)?.fromMs,
  };
}
