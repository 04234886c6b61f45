/** How fast virtual time passes: a month of one platform, evenings in which things break, ten thousand machines, a thousand platforms. */
import { parseBlueprint } from '../../blueprint/parse.ts';
import type { Blueprint } from '../../blueprint/schema.ts';
import type { PlatformName } from '../../model/ids.ts';
import { demandOf, type Demand } from '../../sim/fleet/demand.ts';
import { load } from '../load.ts';
import { playPlatformTraffic, preparePlatformTraffic } from '../simulate/play-platform-traffic.ts';
import { playScenarioSeed } from '../simulate/play-scenario.ts';
import { prepareScenario } from '../simulate/prepare-scenario.ts';
import { recordedTraffic } from '../simulate/recorded-traffic.ts';
import type { Toolbox } from '../toolbox.ts';
import { scalingPlatform } from './scaling-platform.ts';

export interface SimulateBench {
  /** Virtual over real time, of a month. */
  readonly goal: number;
  readonly parts: readonly SimulatedPart[];
}

export interface SimulatedPart {
  readonly what: string;
  readonly platforms: number;
  /** Of the base and the overflow, of each platform. */
  readonly machines: number;
  readonly virtualSeconds: number;
  readonly realSeconds: number;
  /** All threads of this process. */
  readonly cpuSeconds: number;
  /** Machines of the overflow that came, if it was counted. */
  readonly came?: number;
  /** Runs in which an invariant was broken. */
  readonly broken: number;
}

const daySeconds = 86_400;
const worldCup = 'traces/worldcup98-minute.csv';
const worldCupStartMs = Date.UTC(1998, 3, 30, 21, 30);
/** Chosen: the thirty days with the most matches that there are, from 1 June on. */
const month = { fromDay: 31, days: 30 };
/** Chosen: the steepest evening of that month is of its 26th day. */
const evening = { fromDay: 31 + 25, atSecond: 13 * 3600, seconds: 3600 };
const [seeds, machines, platforms] = [40, 10_000, 1_000];

export async function benchSimulate(toolbox: Toolbox, progress: (line: string) => void): Promise<SimulateBench> {
  const sofoot = load(toolbox, 'sofoot').blueprint;
  const { demand } = recordedTraffic(toolbox, toolbox.files.resolve(toolbox.files.home, worldCup), {});
  const part = async (
    what: string,
    size: Pick<SimulatedPart, 'platforms' | 'machines'>,
    play: () => Promise<Outcome>,
  ) => {
    progress(what);
    const [beganMs, cpu] = [performance.now(), process.cpuUsage()];
    const outcome = await play();
    const { user, system } = process.cpuUsage(cpu);
    return {
      ...{ what, ...size, ...outcome },
      ...{ realSeconds: (performance.now() - beganMs) / 1000, cpuSeconds: (user + system) / 1e6 },
    };
  };
  return {
    goal: 100_000,
    parts: [
      await part('a month of the World Cup', { platforms: 1, machines: sizeOf(sofoot) }, () =>
        playTraffic(
          toolbox,
          sofoot,
          daysOf(demand, month.fromDay * daySeconds, month.days * daySeconds),
          month.fromDay,
        ),
      ),
      await part(`${seeds} evenings in which things break`, { platforms: 1, machines: sizeOf(sofoot) }, () =>
        playEvenings(toolbox),
      ),
      await part('three times as much within five minutes', { platforms: 1, machines }, () =>
        playTraffic(toolbox, blueprintOf(scalingPlatform('large' as PlatformName, machines)), tripled, 0),
      ),
      await part('an hour of its steepest evening', { platforms, machines: sizeOf(sofoot) }, async () => {
        const hour = daysOf(demand, evening.fromDay * daySeconds + evening.atSecond, evening.seconds);
        let all: Outcome = { virtualSeconds: 0, came: 0, broken: 0 };
        for (let ordinal = 1; ordinal <= platforms; ordinal++) {
          const blueprint = { ...sofoot, platform: `p${ordinal}` as PlatformName };
          const one = await playTraffic(toolbox, blueprint, hour, evening.fromDay, ordinal);
          all = {
            virtualSeconds: all.virtualSeconds + one.virtualSeconds,
            came: (all.came ?? 0) + (one.came ?? 0),
            broken: all.broken + one.broken,
          };
        }
        return all;
      }),
    ],
  };
}

type Outcome = Pick<SimulatedPart, 'virtualSeconds' | 'came' | 'broken'>;

/** Of machines of 100 requests/s each, half of which are there: from a third of them to two thirds of all. */
const tripled = demandOf([
  { kind: 'hold', perSecond: 200_000, forMs: 60_000 },
  { kind: 'ramp', fromPerSecond: 200_000, toPerSecond: 600_000, overMs: 300_000 },
  { kind: 'hold', perSecond: 600_000, forMs: 240_000 },
]);

async function playTraffic(
  toolbox: Toolbox,
  blueprint: Blueprint,
  demand: Demand,
  fromDay: number,
  seed = 1,
): Promise<Outcome> {
  const prepared = preparePlatformTraffic(toolbox, blueprint, 'recorded', { calibrated: false });
  const startMs = worldCupStartMs + fromDay * daySeconds * 1000;
  const { summary } = await playPlatformTraffic(
    toolbox,
    // Until its end, and not until what was paid for by the hour has gone.
    { prepared: { ...prepared, startMs }, demand, chaos: false, untilMs: 1000 * demand.perSecond.length },
    seed,
  );
  const { virtualSeconds, came, violations } = summary;
  return { virtualSeconds, came, broken: violations.length > 0 ? 1 : 0 };
}

async function playEvenings(toolbox: Toolbox): Promise<Outcome> {
  const prepared = prepareScenario(toolbox, 'sofoot', 'triple-in-20s', { calibrated: false });
  let [virtualSeconds, broken] = [0, 0];
  for (let seed = 1; seed <= seeds; seed++) {
    const line = await playScenarioSeed(toolbox, { prepared, chaos: true }, seed);
    virtualSeconds += line.virtualSeconds;
    if (line.violations.length > 0) broken += 1;
  }
  return { virtualSeconds, broken };
}

function daysOf({ perSecond, isDrawn }: Demand, fromSecond: number, seconds: number): Demand {
  return { isDrawn, perSecond: perSecond.subarray(fromSecond, fromSecond + seconds) };
}

function blueprintOf(text: string): Blueprint {
  const parsed = parseBlueprint(text);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.blueprint;
}

function sizeOf({ pools }: Blueprint): number {
  return Object.values(pools).reduce((sum, { base, overflow }) => sum + base.count + (overflow?.count ?? 0), 0);
}
