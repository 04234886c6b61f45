/** Recorded traffic on whole platforms: for one of them all that was measured, for many a line each. */
import { load } from '../app/load.ts';
import { columns, columnsSay, rowOf } from '../app/simulate/comparison.ts';
import { simulationPage } from '../app/simulate/page.ts';
import {
  playPlatformSeed,
  playPlatformTraffic,
  preparePlatformTraffic,
  scaledTo,
  type PlatformSummary,
  type PlatformTraffic,
} from '../app/simulate/play-platform-traffic.ts';
import { servedSays } from '../app/simulate/summary.ts';
import { recordedTraffic, type RecordedTraffic } from '../app/simulate/recorded-traffic.ts';
import { exitCodes } from '../model/errors.ts';
import { counted } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { instant, quantityFrom, type Given } from './given.ts';
import { paint, print, printJson, table } from './output.ts';
import { givenToSimulate, requestRate, seedOf, seedsOf, untilOf } from './simulate-options.ts';
import { byElasticity, runSeeds } from './simulate-seeds.ts';
import { elasticityText, pace, violationText } from './simulate-view.ts';
import { refuseUnwritable, write } from './written-files.ts';

/** What a blueprint says of its machines, and what is about the policies of others. */
const ofOneKind = [
  ...['capacity', 'ready-after', 'spread', 'base', 'most', 'hold', 'billed', 'price', 'grows', 'within'],
  ...['forecast', 'patience', 'policies', 'target', 'recording'],
] as const;

export async function runPlatforms(call: CommandCall): Promise<number> {
  const { toolbox, operands, options, json } = call;
  const given = givenToSimulate(options);
  refuseTogether(given, operands.length);
  const [seeds, seed, untilMs] = [seedsOf(given), seedOf(given), untilOf(given)];
  const recorded = recordedIn(toolbox, given);
  const startMs = given.maybe('start', instant);
  const calibrated = !given.has('usual-times');
  const trafficOn = (which: string): PlatformTraffic => ({
    prepared: {
      ...preparePlatformTraffic(toolbox, load(toolbox, which).blueprint, recorded.name, { calibrated }),
      ...(startMs !== undefined && { startMs }),
    },
    demand: recorded.demand,
    chaos: given.has('chaos'),
    ...(untilMs !== undefined && { untilMs }),
  });
  const [first = ''] = operands;
  if (seeds !== undefined && !given.has('lines')) return runSeeds(call, seeds, byElasticity);
  if (seeds !== undefined) {
    const traffic = trafficOn(first);
    for (let one = seeds.from; one <= seeds.to; one++)
      print(JSON.stringify(await playPlatformSeed(toolbox, traffic, one)));
    return exitCodes.done;
  }
  const report = given.text('report');
  if (report !== undefined) refuseUnwritable(report);
  const summaries: PlatformSummary[] = [];
  for (const which of operands) {
    tell(`${which} (${summaries.length + 1} of ${operands.length})`);
    // Each its own chance: the first has the seed's, as if it were alone.
    const { summary, played } = await playPlatformTraffic(toolbox, trafficOn(which), seed + summaries.length);
    summaries.push(summary);
    if (report === undefined) continue;
    const shown = { name: summary.platform, ...summary, points: played.points };
    write(
      report,
      simulationPage(recorded.name, [`On ${summary.platform}, seed ${seed}.`], summary.virtualSeconds, [shown]),
    );
  }
  const [only] = summaries;
  if (json) printJson(summaries.length === 1 ? only : allOf(summaries));
  else {
    print(platformsText(recorded, summaries).join('\n'));
    if (report !== undefined) print(`the page of it: ${report}`);
  }
  return summaries.every(({ held }) => held) ? exitCodes.done : exitCodes.failed;
}

function recordedIn(toolbox: CommandCall['toolbox'], given: Given): RecordedTraffic {
  const second = quantityFrom('duration', 1000, '1s');
  const [smooth, binMs, peak] = [
    given.maybe('smooth', second),
    given.maybe('bin', second),
    given.maybe('peak', requestRate),
  ];
  const recorded = recordedTraffic(toolbox, given.text('trace') ?? '', {
    ...(binMs !== undefined && { binMs }),
    ...(smooth !== undefined && { smoothSeconds: Math.round(smooth / 1000) }),
  });
  return peak === undefined ? recorded : { ...recorded, demand: scaledTo(recorded.demand, peak) };
}

function allOf(platforms: readonly PlatformSummary[]) {
  const sum = (of: (summary: PlatformSummary) => number) => platforms.reduce((all, one) => all + of(one), 0);
  return {
    held: platforms.every(({ held }) => held),
    virtualSeconds: sum(({ virtualSeconds }) => virtualSeconds),
    realSeconds: sum(({ realSeconds }) => realSeconds),
    platforms,
  };
}

/** Chosen: who sees twenty lines has seen what they are like. */
const mostShown = 20;

export function platformsText(
  { name, missingBins }: Pick<RecordedTraffic, 'name' | 'missingBins'>,
  summaries: readonly PlatformSummary[],
): readonly string[] {
  const { virtualSeconds, realSeconds } = allOf(summaries);
  const broken = summaries.filter(({ violations }) => violations.length > 0);
  const missed = summaries.flatMap(({ platform, chaos, objectives }) =>
    chaos ? [] : objectives.flatMap((one) => (one.held ? [] : [`${platform}: ${one.name}`])),
  );
  const [first] = summaries;
  const shown = [...broken, ...summaries.filter((one) => !broken.includes(one))].slice(0, mostShown);
  return [
    `${paint('bold', name)}  on ${counted(summaries.length, 'platform')}: ${pace(virtualSeconds, realSeconds)}; seed ${first?.seed ?? ''}`,
    ...(missingBins === 0
      ? []
      : [`The record lacks ${counted(missingBins, 'bin')}; the rate was taken to change evenly meanwhile.`]),
    ...(broken.length === 0
      ? [paint('green', '✓ no invariant was broken')]
      : [
          paint('red', `✗ on ${broken.length} an invariant was broken`),
          ...broken
            .slice(0, mostShown)
            .flatMap(({ platform, seed, violations }) => [
              `${platform}, seed ${seed}`,
              ...violations.slice(0, 3).map(violationText),
            ]),
        ]),
    ...(missed.length === 0
      ? []
      : [paint('red', `✗ objectives that did not hold: ${missed.slice(0, mostShown).join(', ')}`)]),
    '',
    table(
      columns,
      shown.map((summary) => rowOf({ name: summary.platform, ...summary })),
    ),
    ...(summaries.length > mostShown ? [`… and ${summaries.length - mostShown} more; \`--json\` has them all`] : []),
    ...columnsSay.map((line) => paint('dim', line)),
    ...(first === undefined || summaries.length > 1 ? [] : ['', elasticityText(first.elasticity), ...cameText(first)]),
  ];
}

function cameText(summary: PlatformSummary): readonly string[] {
  const { came, faults, calibratedBySteps } = summary;
  const served = servedSays(summary);
  const times =
    calibratedBySteps === 0 ? 'the usual times' : `the times of ${counted(calibratedBySteps, 'step')} in the journal`;
  const broke =
    faults === 0 ? '' : ` ${counted(faults, 'machine')} failed or ${faults === 1 ? 'was' : 'were'} cut off.`;
  return [
    paint('dim', `${counted(came, 'machine')} came, which took ${times}.${broke}`),
    ...(served === undefined ? [] : [paint('dim', served)]),
  ];
}

function refuseTogether(given: Given, platforms: number): void {
  const flag = ofOneKind.find((one) => given.has(one));
  if (flag === 'recording')
    throw given.wrong('`--recording` is about a platform’s scenario', 'leave it out, or name a scenario, not a trace');
  if (flag !== undefined)
    throw given.wrong(`\`--${flag}\` is about machines of one kind`, 'leave it out: the blueprint says it');
  if (given.has('lines') && !given.has('seeds'))
    throw given.wrong('`--lines` is about several seeds', 'say which, for example `--seeds 1..100`');
  if (given.has('seeds') && (platforms > 1 || given.has('report')))
    throw given.wrong(
      'several seeds are of one platform, and have no page',
      'name one platform, and leave out `--report`',
    );
  if (given.has('report') && platforms > 1)
    throw given.wrong('a page is of one platform', 'name one platform, or leave out `--report`');
}

function tell(name: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${paint('dim', `… ${name}`)}\n`);
}
