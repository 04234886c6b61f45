/** A platform's scenario in virtual time: as a rehearsal shows it, in a moment, and as often as one likes. */
import { reportPage, verdictLines } from '../app/rehearse/shown.ts';
import { playScenario, playScenarioSeed, type ScenarioSummary } from '../app/simulate/play-scenario.ts';
import { servedSays } from '../app/simulate/summary.ts';
import { prepareScenario } from '../app/simulate/prepare-scenario.ts';
import { exitCodes } from '../model/errors.ts';
import { counted } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import type { Given } from './given.ts';
import { paint, print, printJson } from './output.ts';
import { givenToSimulate, seedOf, seedsOf, untilOf } from './simulate-options.ts';
import { byElasticity, runSeeds } from './simulate-seeds.ts';
import { elasticityText, pace, violationText } from './simulate-view.ts';
import { refuseUnwritable, write } from './written-files.ts';

/** What is about recorded traffic alone. */
const ofTraffic = [
  ...['bin', 'smooth', 'start', 'capacity', 'ready-after', 'spread', 'base', 'most', 'hold', 'billed', 'price'],
  ...['grows', 'within', 'forecast', 'patience', 'policies', 'target', 'peak'],
] as const;

export async function runScenario(call: CommandCall): Promise<number> {
  const { toolbox, operands, options, json } = call;
  const [which = '', scenarioName] = operands;
  const given = givenToSimulate(options);
  refuseOfTraffic(given);
  if (scenarioName === undefined)
    throw given.wrong(
      'a platform alone says nothing of what comes',
      `name a scenario: spillway simulate ${which} NAME`,
    );
  const [seeds, seed, untilMs] = [seedsOf(given), seedOf(given), untilOf(given)];
  const prepared = prepareScenario(toolbox, which, scenarioName, { calibrated: !given.has('usual-times') });
  const scenario = { prepared, chaos: given.has('chaos'), ...(untilMs !== undefined && { untilMs }) };
  if (seeds !== undefined && !given.has('lines')) return runSeeds(call, seeds, byElasticity);
  if (seeds !== undefined) {
    for (let one = seeds.from; one <= seeds.to; one++)
      print(JSON.stringify(await playScenarioSeed(toolbox, scenario, one)));
    return exitCodes.done;
  }
  const [report, recordingFile] = [given.text('report'), given.text('recording')];
  for (const path of [report, recordingFile]) if (path !== undefined) refuseUnwritable(path);
  const { summary, simulated } = await playScenario(toolbox, scenario, seed);
  if (recordingFile !== undefined) write(recordingFile, JSON.stringify(simulated.recording));
  if (report !== undefined) write(report, reportPage(simulated.recording, simulated.verdict));
  if (json) printJson(summary);
  else {
    print([...verdictLines(simulated.verdict, paint), '', ...summaryText(summary)].join('\n'));
    if (report !== undefined) print(`the page of it: ${report}`);
  }
  return summary.held ? exitCodes.done : exitCodes.failed;
}

export function summaryText(summary: ScenarioSummary): readonly string[] {
  const { seed, virtualSeconds, realSeconds, violations, leftOut, calibratedBySteps, elasticity } = summary;
  const served = servedSays(summary);
  const times =
    calibratedBySteps === 0
      ? 'machines take the usual times'
      : `machines take the times of ${calibratedBySteps} steps in the journal`;
  return [
    elasticityText(elasticity),
    ...(leftOut.length === 0
      ? []
      : [paint('yellow', `left out, for only real machines show it: ${leftOut.join(', ')}`)]),
    paint('dim', `seed ${seed}: ${pace(virtualSeconds, realSeconds)}; ${times}`),
    ...(served === undefined ? [] : [paint('dim', served)]),
    ...(violations.length === 0
      ? [`${paint('green', '✓')} no invariant was broken`]
      : [paint('red', `✗ ${counted(violations.length, 'violation')}`), ...violations.map(violationText)]),
  ];
}

function refuseOfTraffic(given: Given): void {
  const flag = ofTraffic.find((one) => given.has(one));
  if (flag !== undefined)
    throw given.wrong(`\`--${flag}\` is about recorded traffic`, 'leave it out: the blueprint and the scenario say it');
  if (given.has('lines') && !given.has('seeds'))
    throw given.wrong('`--lines` is about several seeds', 'say which, for example `--seeds 1..100`');
  if (given.has('seeds') && (given.has('report') || given.has('recording')))
    throw given.wrong('of several seeds there is no one run to be kept', 'leave out `--seeds`, or the file');
}
