/**
 * Which decisions are told to people and written down. Two a second are made, and
 * most say what the one before said: told is what is done, and a new reason for
 * doing nothing. A reason is its words; its figures change all the time.
 */
export interface Told {
  /** What was done last, so that what is still being done is told once. */
  readonly actions: string;
  /** The reason that was told last. */
  readonly reason: string;
  /** When each reason of the last minute was told. */
  readonly atMs: Readonly<Record<string, number>>;
}

export const nothingTold: Told = { actions: '', reason: '', atMs: {} };

/** Chosen: two reasons that take turns are told once a minute each, and not twice a second. */
const againMs = 60_000;

/** What a decision of any kind has. */
interface Tellable {
  readonly kind: string;
  readonly actions: readonly unknown[];
  readonly says: string;
}

export function worthTelling(
  before: Told,
  { kind, actions, says }: Tellable,
  nowMs: number,
): { readonly told: Told; readonly tell: boolean } {
  const done = actions.length === 0 ? '' : JSON.stringify(actions);
  const reason = `${kind}: ${says.replaceAll(/\d[\d.]*/g, '#')}`;
  const recent = Object.fromEntries(Object.entries(before.atMs).filter(([, atMs]) => nowMs - atMs < againMs));
  const tell = done === '' ? reason !== before.reason && recent[reason] === undefined : done !== before.actions;
  return {
    told: tell
      ? { actions: done, reason, atMs: { ...recent, [reason]: nowMs } }
      : { actions: done, reason: before.reason, atMs: recent },
    tell,
  };
}
