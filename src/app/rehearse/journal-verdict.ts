/** What became of each rehearsal, in the journal: when it held last, and what was void. */
import { objectiveNames } from '../../rehearse/words.ts';
import type { Recording } from '../../rehearse/recording.ts';
import type { Outcome, Verdict } from '../../rehearse/verdict/verdict.ts';
import type { Store } from '../../ports/store.ts';

export interface Rehearsal {
  /** When it was over, in milliseconds since 1970. */
  readonly atMs: number;
  readonly scenario: string;
  readonly outcome: Outcome;
  /** What was missed, or why it is void; empty when it held. */
  readonly says: string;
  /** Of the peak, 0 to 1. */
  readonly share: number;
}

export function journalVerdict(
  store: Pick<Store, 'append'>,
  at: { readonly atMs: number; readonly run: string },
  { scenario }: Pick<Recording, 'scenario'>,
  { outcome, reasons, objectives, part }: Pick<Verdict, 'outcome' | 'reasons' | 'objectives' | 'part'>,
): void {
  const missed = objectives.filter(({ held }) => !held).map(({ name }) => objectiveNames[name]);
  const says = outcome === 'void' ? reasons.join('; ') : missed.join(', ');
  const detail = { outcome, says, share: part?.share ?? 1 };
  store.append({
    ...at,
    kind: 'verdict',
    subject: scenario,
    reason: [outcome, says].filter(Boolean).join(': '),
    detail,
  });
}

/** The newest first. */
export function rehearsals(store: Pick<Store, 'entries'>, limit: number): readonly Rehearsal[] {
  return store.entries({ limit, kind: 'verdict' }).map(({ atMs, subject, detail }) => ({
    ...(detail as unknown as Omit<Rehearsal, 'atMs'>),
    atMs,
    scenario: subject,
  }));
}
