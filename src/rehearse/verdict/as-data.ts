/** A verdict as programs read it: instants are seconds from the start of the traffic, as in all that is simulated. */
import type { Recording } from '../recording.ts';
import type { ScaleOut } from './scaling.ts';
import type { Verdict } from './verdict.ts';

export interface VerdictData extends Omit<Verdict, 'scaling'> {
  readonly scaling: readonly ScaleOutData[];
}

export interface ScaleOutData extends Pick<ScaleOut, 'pool' | 'machine' | 'stages'> {
  readonly breachAt?: number;
  readonly decidedAt: number;
  readonly servingAt?: number;
}

export function verdictAsData(verdict: Verdict, { startedAtMs }: Pick<Recording, 'startedAtMs'>): VerdictData {
  const seconds = (atMs: number) => Math.round(atMs - startedAtMs) / 1000;
  return {
    ...verdict,
    scaling: verdict.scaling.map(({ pool, machine, breachAtMs, decidedAtMs, servingAtMs, stages }) => ({
      ...{ pool, machine },
      ...(breachAtMs !== undefined && { breachAt: seconds(breachAtMs) }),
      decidedAt: seconds(decidedAtMs),
      ...(servingAtMs !== undefined && { servingAt: seconds(servingAtMs) }),
      stages,
    })),
  };
}
