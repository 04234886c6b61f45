/** One scenario, played on the machines and in virtual time: how far the simulator is from the truth. */
import { apartBy, figuresOf, type Figures } from '../../rehearse/verdict/figures.ts';
import type { Recording } from '../../rehearse/recording.ts';
import { SpillwayError } from '../../model/errors.ts';
import type { PreparedScenario } from './prepare-scenario.ts';
import { simulateScenario } from './scenario.ts';

export interface Comparison {
  readonly platform: string;
  readonly scenario: string;
  /** How many seeds were simulated, and from how many steps of the journal their times come; 0: chosen ones. */
  readonly seeds: number;
  readonly calibratedBySteps: number;
  readonly figures: readonly Compared[];
}

export interface Compared {
  readonly name: 'most machines that serve' | 'time to capacity' | 'p50' | 'p99' | 'lost' | 'machine-hours' | 'apart';
  readonly unit: 'machines' | 'ms' | 'share' | 'hours';
  /** On the machines. */
  readonly rehearsed?: number;
  /** The median over the seeds. */
  readonly simulated?: number;
}

/** Chosen: enough for a median that the next twenty would not move. */
export const comparedSeeds = 20;

export async function compare(
  prepared: PreparedScenario,
  rehearsed: Recording,
  seeds: number,
  progress: (done: number) => void,
): Promise<Comparison> {
  const { scenario, traffic, total } = rehearsed;
  if (total === undefined) throw another('did not come to its end');
  if (scenario !== prepared.name) throw another(`is one of \`${scenario}\`, not of \`${prepared.name}\``);
  if (JSON.stringify(traffic) !== JSON.stringify(prepared.scenario.traffic))
    throw another(`is of other traffic than \`${scenario}\` has now`);
  const truth = figuresOf(rehearsed);
  const simulated: Figures[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const { recording } = await simulateScenario({ ...prepared, seed, chaos: false });
    simulated.push(figuresOf(recording));
    progress(seed);
  }
  const figure = (name: Compared['name'], unit: Compared['unit'], of: (figures: Figures) => number | undefined) => {
    const [one, other] = [of(truth), medianOf(simulated.flatMap((figures) => of(figures) ?? []))];
    return {
      ...{ name, unit },
      ...(one !== undefined && { rehearsed: one }),
      ...(other !== undefined && { simulated: other }),
    };
  };
  const apart = medianOf(simulated.map((figures) => apartBy(truth, figures)));
  return {
    ...{ platform: prepared.platform, scenario: prepared.name, seeds },
    calibratedBySteps: prepared.calibration.steps,
    figures: [
      figure('most machines that serve', 'machines', ({ mostServing }) => mostServing),
      figure('time to capacity', 'ms', ({ toCapacityMs }) => toCapacityMs),
      figure('p50', 'ms', ({ p50Ms }) => p50Ms),
      figure('p99', 'ms', ({ p99Ms }) => p99Ms),
      figure('lost', 'share', ({ lost }) => lost),
      figure('machine-hours', 'hours', ({ machineHours }) => machineHours),
      { name: 'apart', unit: 'machines', rehearsed: 0, ...(apart !== undefined && { simulated: apart }) },
    ],
  };
}

function medianOf(values: readonly number[]): number | undefined {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

function another(says: string): SpillwayError {
  return new SpillwayError({
    code: 'another-recording',
    message: `the recording ${says}`,
    mend: 'rehearse it with `--recording FILE`, or leave out the file and it is rehearsed now',
    exit: 'wrongInput',
  });
}
