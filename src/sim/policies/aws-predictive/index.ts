import { targetPerMachine, wholeMachines } from '../machines.ts';
import type { Policy, PolicySettings, PolicySight } from '../policy.ts';
import { track, untracked, type TrackingState } from '../target-tracking.ts';

export interface State {
  readonly tracking: TrackingState;
  /** Hours since 1970; null before the first look. */
  readonly hour: number | null;
  /** Of this hour. */
  readonly demand: number;
  readonly seconds: number;
  /** Mean requests/s of each hour before this one, oldest first. */
  readonly history: readonly number[];
  readonly forecast: Forecast | null;
}

interface Forecast {
  readonly fromHour: number;
  /** Mean requests/s of each hour. */
  readonly demands: readonly number[];
}

const hourMs = 3_600_000;
const day = 24;
const leastHistory = day;
const mostHistory = 14 * day;
const horizon = 48;
const refreshed = 6;
/** SchedulingBufferTime: machines of the next hour are asked for so much earlier. */
const bufferMs = 300_000;

export const awsPredictive: Policy<State> = {
  name: 'aws-predictive',
  about:
    'AWS predictive scaling (forecast and scale) over target tracking, the larger of both: after 24 h an hourly ' +
    'forecast of 48 h, renewed each 6 h, 300 s early; its model is not documented, here the mean of the same hour of ' +
    'up to 14 days (EC2 Auto Scaling User Guide, “How predictive scaling works”).',
  begin: () => ({ tracking: untracked, hour: null, demand: 0, seconds: 0, history: [], forecast: null }),
  look(settings, state, sight) {
    // What came in the last second belongs to the hour that it ends.
    const hour = Math.floor((sight.nowMs - 1) / hourMs);
    const next = hour === state.hour ? state : turnHour(state, hour);
    const tracking = track(settings, state.tracking, sight, foreseen(settings, next.forecast, sight));
    const { history, forecast } = next;
    const demand = next.demand + sight.demand;
    return { state: { tracking, hour, demand, seconds: next.seconds + 1, history, forecast }, size: tracking.size };
  },
};

function turnHour(state: State, hour: number): State {
  const over = state.demand / state.seconds;
  // Hours that nobody saw leave no pattern that could be continued.
  const continued = state.hour !== null && hour === state.hour + 1;
  const history = continued ? [...state.history, over].slice(-mostHistory) : [];
  const { forecast } = state;
  const due = forecast === null || hour - forecast.fromHour >= refreshed;
  const renewed = due && history.length >= leastHistory ? foresee(history, hour) : forecast;
  return { ...state, hour, demand: 0, seconds: 0, history, forecast: renewed };
}

/** Chosen, as the model is not documented: the mean of the same hour of the days that are known. */
function foresee(history: readonly number[], fromHour: number): Forecast {
  const demands = Array.from({ length: horizon }, (_, ahead) => {
    const same = history.filter((_, index) => (ahead + history.length - index) % day === 0);
    return same.reduce((sum, demand) => sum + demand, 0) / same.length;
  });
  return { fromHour, demands };
}

/** Machines for this hour, and for the next as soon as it is near. A forecast of less removes nothing by itself. */
function foreseen(settings: PolicySettings, forecast: Forecast | null, sight: PolicySight): number {
  if (forecast === null) return 0;
  const now = demandAt(forecast, sight.nowMs);
  const soon = demandAt(forecast, sight.nowMs + bufferMs);
  return wholeMachines(Math.max(now, soon) / targetPerMachine(settings, sight));
}

function demandAt({ fromHour, demands }: Forecast, ms: number): number {
  return demands[Math.floor(ms / hourMs) - fromHour] ?? 0;
}
