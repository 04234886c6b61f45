/** Does the primary work? Three kinds of witnesses are heard: itself, its replicas, and machines that use it. */
import type { DatabaseObservation } from '../../model/database-observation.ts';
import type { MachineName } from '../../model/ids.ts';
import { freshState, inSeconds, silentMs } from './sight.ts';

export type Judged = { readonly evidence: readonly string[]; readonly lastSignMs?: number } & (
  | { readonly kind: 'works' }
  /** It answers, and no write ends on it any more: its disk is full, or does not come back to it. */
  | { readonly kind: 'stuck' }
  /** Some say so and others not, or not enough was heard. `ask`: others have to be asked. */
  | { readonly kind: 'unclear'; readonly says: string; readonly ask: boolean }
  /** No witness has a sign of it; it may only be slow. */
  | { readonly kind: 'silent' }
  /** Its engine says that it has no power: nothing is to be waited for. */
  | { readonly kind: 'gone' }
);

/** Chosen: what a witness said of the primary is old after this. */
const testimonyMs = 1_500;

/** Chosen: a disk that is busy takes a second or two; and visitors have given up by then. */
const mostStuckMs = 10_000;

export function judgePrimary(name: MachineName, seen: DatabaseObservation, nowMs: number): Judged {
  const primary = seen.machines.find((one) => one.name === name);
  const told = primary?.told;
  const state = primary && freshState(primary, nowMs);
  if (state !== undefined) {
    const { stuckMs = 0 } = state;
    if (stuckMs < mostStuckMs) return { kind: 'works', evidence: [] };
    const says = `${name} answers, and has ended no write for ${inSeconds(stuckMs)}`;
    return { kind: 'stuck', evidence: [says], lastSignMs: nowMs - stuckMs };
  }
  const others = seen.machines.filter((one) => one.name !== name);
  const telling = others.filter(({ told: its }) => its !== undefined && nowMs - its.atMs <= silentMs);
  const own =
    told === undefined
      ? `${name} was never heard`
      : nowMs - told.atMs > silentMs
        ? `${name} has told nothing for ${inSeconds(nowMs - told.atMs)}`
        : `${name} says that its server does not answer`;
  const hearing = others.flatMap((one) => {
    const following = freshState(one, nowMs)?.following;
    return following === undefined ? [] : [{ name: one.name, ...following }];
  });
  const byReplicas = hearing.map(({ name: by, heardAtMs, hears }) =>
    hears
      ? `${by} heard from it ${inSeconds(Math.max(0, nowMs - heardAtMs))} ago`
      : `${by} has lost its connection to it`,
  );
  const recent = seen.testimonies.filter(({ atMs }) => nowMs - atMs <= testimonyMs);
  const byUsers = recent.map(({ by, isGreeted }) => `${by} is ${isGreeted ? '' : 'not '}greeted by it`);
  const evidence = [own, ...byReplicas, ...byUsers];
  const lastSignMs = told?.server === undefined ? undefined : told.atMs;
  const judged = { evidence, ...(lastSignMs !== undefined && { lastSignMs }) };

  if (primary?.power === 'off' || primary?.power === 'gone') {
    return { ...judged, kind: 'gone', evidence: [`${name} has no power, its engine says`, ...evidence] };
  }
  if (telling.length === 0) {
    return { ...judged, kind: 'unclear', says: 'no machine of the pool tells anything: sight is lost', ask: false };
  }
  const stillHears = hearing.find(({ hears, heardAtMs }) => hears && nowMs - heardAtMs <= silentMs);
  if (stillHears !== undefined) {
    return { ...judged, kind: 'unclear', says: `${stillHears.name} still hears ${name}`, ask: true };
  }
  if (recent.length === 0) {
    return { ...judged, kind: 'unclear', says: 'machines that use it are asked', ask: true };
  }
  const greeted = recent.find(({ isGreeted }) => isGreeted);
  if (greeted !== undefined) {
    return { ...judged, kind: 'unclear', says: `${greeted.by} is still greeted by ${name}`, ask: true };
  }
  return { ...judged, kind: 'silent' };
}
