/**
 * Which machines of a pool fail visitors although their checks are well: each is compared with the others, goes out of
 * the balancers when far more of its requests fail than of theirs, and comes back with proof. What fails on all machines
 * is no fault of one, and of a pool never more than a stated share is out.
 */
import type { MachineName } from '../../model/ids.ts';

export interface SeenServer {
  readonly name: MachineName;
  /** Whether the checks of all balancers find it well. */
  readonly isUp: boolean;
  /** Since the last turn: requests that it was asked, and those of them that it failed, also when another machine answered them in the end. */
  readonly requests: number;
  readonly failed: number;
}

export interface OutlierState {
  readonly atMs?: number;
  readonly counts: Readonly<Record<string, Counted>>;
  readonly out: Readonly<Record<string, Out>>;
}

/** Of the last seconds: what is older counts less. */
interface Counted {
  readonly requests: number;
  readonly failed: number;
}

interface Out {
  readonly sinceMs: number;
  /** How long it stays out at least; longer each time that it did not last. */
  readonly holdMs: number;
  /** Since when it is in again; it stays known for a while. */
  readonly backMs?: number;
}

export const noOutliers: OutlierState = { counts: {}, out: {} };

export interface OutlierDecision {
  readonly kind: 'out' | 'back';
  readonly machine: MachineName;
  /** Why, in one sentence. */
  readonly says: string;
}

/** Chosen: long enough for some dozens of requests, and short enough that few visitors meet what it finds. */
const memoryMs = 10_000;
/** Chosen: of fewer requests a share says nothing. */
const leastRequests = 20;
/** Chosen: a fifth of its requests is no accident, and three times that of the others is not what they all have. */
const outlierTerms = { failedShare: 0.2, timesPeers: 3, mostOutShare: 0.5 };
/** Chosen: half a minute, in which a restart is over; a machine that fails again and again is asked every ten minutes. */
const [leastHoldMs, mostHoldMs] = [30_000, 600_000];

/** `proven`: machines that are out, of which the stated pages were answered since the last turn. */
export function judgeOutliers(
  before: OutlierState,
  seen: readonly SeenServer[],
  proven: ReadonlySet<MachineName>,
  nowMs: number,
): { readonly state: OutlierState; readonly decisions: readonly OutlierDecision[] } {
  const counts = counted(before, seen, nowMs);
  // Of those that went, nothing is kept: one that comes under the same name is another machine.
  const out = new Map(
    seen.flatMap(({ name }) => (before.out[name] === undefined ? [] : [[name, before.out[name]] as const])),
  );
  const decisions: OutlierDecision[] = [];
  for (const { name, isUp } of seen) {
    const its = out.get(name);
    if (its === undefined || its.backMs !== undefined) continue;
    if (nowMs - its.sinceMs < its.holdMs || !isUp || !proven.has(name)) continue;
    out.set(name, { ...its, backMs: nowMs });
    counts[name] = { requests: 0, failed: 0 };
    decisions.push({ kind: 'back', machine: name, says: 'its checks are well, and its pages are answered again' });
  }
  const isOut = (name: MachineName) => out.has(name) && out.get(name)?.backMs === undefined;
  const serving = () => seen.filter(({ name, isUp }) => isUp && !isOut(name));
  const mostOut = Math.floor(seen.length * outlierTerms.mostOutShare);
  const worst = serving()
    .map(({ name }) => ({ name, ...compared(name, serving(), counts) }))
    .filter(({ isOutlier }) => isOutlier)
    .toSorted((one, other) => other.share - one.share);
  for (const { name, share, ofPeers } of worst) {
    // Those that are down serve nobody either.
    const away = seen.length - serving().length;
    if (away + 1 > mostOut) break;
    const last = out.get(name);
    const holdMs = last === undefined ? leastHoldMs : Math.min(mostHoldMs, last.holdMs * 2);
    out.set(name, { sinceMs: nowMs, holdMs });
    decisions.push({
      kind: 'out',
      machine: name,
      says: `${percent(share)} of its requests fail, of the others’ ${percent(ofPeers)}`,
    });
  }
  for (const [name, { backMs, holdMs }] of out) {
    // One that has been well for as long as it was kept out, and some minutes, begins anew.
    if (backMs !== undefined && nowMs - backMs > mostHoldMs + holdMs) out.delete(name);
  }
  return { state: { atMs: nowMs, counts, out: Object.fromEntries(out) }, decisions };
}

/** Machines that are out by now. */
export function outliersOf({ out }: OutlierState): ReadonlySet<MachineName> {
  return new Set(
    Object.entries(out).flatMap(([name, { backMs }]) => (backMs === undefined ? [name as MachineName] : [])),
  );
}

function counted({ atMs, counts }: OutlierState, seen: readonly SeenServer[], nowMs: number): Record<string, Counted> {
  const stays = atMs === undefined ? 0 : Math.exp(-Math.max(0, nowMs - atMs) / memoryMs);
  return Object.fromEntries(
    seen.map(({ name, requests, failed }) => {
      const last = counts[name] ?? { requests: 0, failed: 0 };
      return [name, { requests: last.requests * stays + requests, failed: last.failed * stays + failed }];
    }),
  );
}

function compared(
  name: MachineName,
  serving: readonly SeenServer[],
  counts: Readonly<Record<string, Counted>>,
): { readonly share: number; readonly ofPeers: number; readonly isOutlier: boolean } {
  const sum = (names: readonly MachineName[]): Counted =>
    names.reduce(
      (total, one) => ({
        requests: total.requests + (counts[one]?.requests ?? 0),
        failed: total.failed + (counts[one]?.failed ?? 0),
      }),
      { requests: 0, failed: 0 },
    );
  const own = sum([name]);
  const peers = sum(serving.map((one) => one.name).filter((one) => one !== name));
  const share = shareOf(own);
  const ofPeers = shareOf(peers);
  const isOutlier =
    own.requests >= leastRequests &&
    peers.requests >= leastRequests &&
    share >= outlierTerms.failedShare &&
    share >= ofPeers * outlierTerms.timesPeers;
  return { share, ofPeers, isOutlier };
}

const shareOf = ({ requests, failed }: Counted): number => (requests === 0 ? 0 : Math.min(1, failed / requests));
const percent = (share: number): string => `${Math.round(share * 100)} %`;
