/** A scenario on a platform in virtual time. What comes of it is recorded as a rehearsal is. */
import { createRecorder as createLatencies, percentilesOf, type Latencies } from '../../rehearse/load/latencies.ts';
import { noCounts, totalOf, type LoadSecond } from '../../rehearse/load/load-second.ts';
import { readyOrThrow } from '../../rehearse/faults/index.ts';
import { beginRecording, type Recording } from '../../rehearse/recording.ts';
import { scaleSettingsIn } from '../../rehearse/scale-settings.ts';
import type { Fault } from '../../rehearse/scenario/faults.ts';
import { knownTo } from '../../rehearse/scenario/names.ts';
import { verdictOf, type Verdict } from '../../rehearse/verdict/verdict.ts';
import { demandOf } from '../../sim/fleet/demand.ts';
import { createRecorder } from '../rehearse/recorder.ts';
import { playPlatform, type Pace, type PlayedPlatform, type Spectator } from './play-platform.ts';
import type { ScenarioToSimulate } from './scenario-to-simulate.ts';

export interface SimulatedScenario extends PlayedPlatform {
  readonly verdict: Verdict;
  readonly recording: Recording;
  /** Faults of the scenario that nobody can imagine, and that were left out. */
  readonly leftOut: readonly string[];
}

/** Chosen: turns as a rehearsal has them, and requests that come within a tenth of a second meet the same machines. */
const pace: Pace = { turnMs: 500, stepMs: 100 };

export async function simulateScenario(given: ScenarioToSimulate): Promise<SimulatedScenario> {
  const { spectator, recorder } = recording(given);
  const { shown, leftOut } = imaginedOf(given);
  const played = await playPlatform(shown, demandOf(given.scenario.traffic), pace, spectator);
  const recorded = recorder.recording();
  return { ...played, leftOut, recording: recorded, verdict: verdictOf(recorded) };
}

/** The same, of which nothing is kept: for who asks only whether the invariants held. */
export function playUnrecorded(given: ScenarioToSimulate): Promise<PlayedPlatform> {
  return playPlatform(imaginedOf(given).shown, demandOf(given.scenario.traffic), pace, nobody);
}

/** Machines without power or networks look alike to an imagined balancer; what else breaks shows on real ones alone. */
function imaginedOf(given: ScenarioToSimulate) {
  const { scenario, blueprint } = given;
  const known = knownTo(blueprint);
  const isImagined = (fault: Fault) => readyOrThrow(fault, known).isImagined;
  return {
    shown: { ...given, scenario: { ...scenario, faults: scenario.faults.filter(isImagined) } },
    leftOut: scenario.faults.filter((fault) => !isImagined(fault)).map(({ kind, target }) => `${kind} ${target}`),
  };
}

const nobody: Spectator = {
  took: () => undefined,
  starts: () => undefined,
  second: () => undefined,
  turn: () => undefined,
  relief: () => undefined,
  fault: () => undefined,
  mark: () => undefined,
  ends: () => undefined,
};

function recording({ blueprint, name, scenario, seed }: ScenarioToSimulate) {
  const tuning = new Map(
    [...scaleSettingsIn(blueprint, scenario)].map(([pool, { fill, warm }]) => [pool, { fill, warm }]),
  );
  const recorder = createRecorder({ ...beginRecording(name, scenario, blueprint, 0, tuning), seed });
  const seconds: LoadSecond[] = [];
  const latencies = createLatencies();
  const [wholeServed, wholeLost] = [wholes(), wholes()];
  const spectator: Spectator = {
    took: (ms, requests) => latencies.record(1000 * ms, requests),
    starts: (atMs) => recorder.starts(atMs),
    second({ second, isLoad, sent, served, lost }, tellCalm) {
      // Who waits when the load ends is answered, or not, after it.
      if (!isLoad && served + lost === 0) return;
      tellCalm();
      const counted = secondOf(second, sent, wholeServed(served), wholeLost(lost), latencies.take());
      seconds.push(counted);
      recorder.second(counted);
    },
    turn(atMs, { pool, driver }, decision) {
      recorder.turn(atMs, pool, driver.machines(), decision, driver.seen()?.queue?.value);
    },
    relief: (...told) => recorder.relief(...told),
    fault: recorder.fault,
    mark: recorder.mark,
    ends(atMs) {
      recorder.total(totalOf(seconds));
      recorder.ends(atMs);
    },
  };
  return { spectator, recorder };
}

/** A fluid in whole requests: what is cut off now comes with the next. */
function wholes(): (count: number) => number {
  let [all, told] = [0, 0];
  return (count) => {
    all += count;
    const whole = Math.round(all) - told;
    told += whole;
    return whole;
  };
}

function secondOf(second: number, sent: number, served: number, lost: number, latencies: Latencies): LoadSecond {
  return {
    ...noCounts,
    ...{ second, sent, answered: served + lost, latencies, inFlight: 0, ownCores: 0, stolenCores: 0 },
    byStatus: { ...noCounts.byStatus, '2xx': served, turnedAway: lost },
    percentiles: percentilesOf(latencies),
  };
}
