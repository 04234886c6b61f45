/**
 * What balancers know of a pool's machines, all of them as one: who is let in,
 * who leaves, and whom they see up. A machine that dies is seen down a moment
 * later; until then requests that are sent there are sent again elsewhere.
 */
import type { MachineName } from '../../model/ids.ts';
import type { ServerSight } from '../../runtime/scale/stages.ts';
import type { Stream } from '../chance/stream.ts';
import type { Timings } from './timings.ts';

export interface Member {
  readonly name: MachineName;
  ordered: 'ready' | 'drain';
  /** From when on its last order counts: seen up, or left. */
  fromMs: number;
  isUp: boolean;
  /** When balancers will have seen that it died. */
  changesAtMs: number | undefined;
}

export function createBalancers(
  timings: Pick<Timings, 'check' | 'detect' | 'leave'>,
  base: readonly MachineName[],
  startMs: number,
  chance: Stream,
) {
  const members = new Map<MachineName, Member>(
    base.map((name) => [name, { name, ordered: 'ready', fromMs: startMs, isUp: true, changesAtMs: undefined }]),
  );
  const own: ReadonlySet<MachineName> = new Set(base);
  let isSettled = false;
  let changes = 0;
  const drawn = ({ medianMs, spread }: Timings['check']) => chance.logNormal(medianMs, spread);

  return {
    members: (): ReadonlyMap<MachineName, Member> => members,
    /** Whether the next check finds what the last one found, as long as no machine changes and nothing else is held. */
    isSettled: () => isSettled,
    /** How often they came to see another thing than before. */
    changes: () => changes,
    /** These of the overflow serve, all others leave. */
    hold(serving: ReadonlySet<MachineName>, closing: ReadonlySet<MachineName>, nowMs: number): void {
      isSettled = false;
      for (const name of serving) {
        const member = members.get(name);
        if (member?.ordered === 'ready') continue;
        changes += 1;
        if (member !== undefined) Object.assign(member, { ordered: 'ready', fromMs: nowMs });
        else
          members.set(name, {
            ...{ name, ordered: 'ready', isUp: false, changesAtMs: undefined },
            fromMs: nowMs + drawn(timings.check),
          });
      }
      for (const member of members.values()) {
        if (own.has(member.name) || serving.has(member.name)) continue;
        changes += 1;
        if (member.ordered === 'ready')
          Object.assign(member, { ordered: 'drain', fromMs: nowMs + drawn(timings.leave) });
        if (closing.has(member.name)) member.fromMs = nowMs;
        if (member.fromMs <= nowMs) members.delete(member.name);
      }
    },
    /** What checks have found by now. */
    check(isAlive: (name: MachineName) => boolean, nowMs: number): void {
      isSettled = true;
      for (const member of members.values()) {
        const answers = isAlive(member.name) && (member.ordered === 'drain' || nowMs >= member.fromMs);
        if (answers === member.isUp) member.changesAtMs = undefined;
        else if (nowMs >= (member.changesAtMs ??= nowMs + (answers ? 0 : drawn(timings.detect)))) {
          changes += 1;
          member.isUp = answers;
          member.changesAtMs = undefined;
        }
        if (answers !== member.isUp || member.ordered === 'drain' || nowMs < member.fromMs) isSettled = false;
      }
    },
    servers: (): readonly ServerSight[] =>
      [...members.values()].map(({ name, ordered, isUp }) => ({ name, ordered, isUp })),
  };
}
