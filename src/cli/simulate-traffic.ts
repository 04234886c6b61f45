import { simulationPage } from '../app/simulate/page.ts';
import { playSeed, playTraffic } from '../app/simulate/play-traffic.ts';
import { exitCodes } from '../model/errors.ts';
import type { CommandCall } from './command.ts';
import type { Given } from './given.ts';
import { paint, print, printJson } from './output.ts';
import { givenToSimulate, seedOf, seedsOf, trafficCall } from './simulate-options.ts';
import { byElasticity, runSeeds } from './simulate-seeds.ts';
import { aboutOf, trafficText } from './simulate-view.ts';
import { refuseUnwritable, write } from './written-files.ts';

export async function runTraffic(call: CommandCall): Promise<number> {
  const { toolbox, options, json } = call;
  const given = givenToSimulate(options);
  refuseTogether(given);
  const [seeds, seed] = [seedsOf(given), seedOf(given)];
  const traffic = trafficCall(toolbox, options);
  if (seeds !== undefined && !given.has('lines')) return runSeeds(call, seeds, byElasticity);
  if (seeds !== undefined) {
    for (let one = seeds.from; one <= seeds.to; one++) print(JSON.stringify(playSeed(traffic, one)));
    return exitCodes.done;
  }
  const report = given.text('report');
  if (report !== undefined) refuseUnwritable(report);
  const played = playTraffic(toolbox, traffic, seed, given.has('policies'), tell);
  const { summary, policies } = played;
  if (report !== undefined) {
    const about = [...aboutOf(traffic), `Seed ${seed}.`];
    write(report, simulationPage(traffic.name, about, summary.virtualSeconds, policies));
  }
  if (json) {
    const compared = policies.map(({ points: _, ...measures }) => measures);
    printJson({ ...summary, ...(given.has('policies') && { policies: compared }) });
  } else {
    print(trafficText(traffic, played).join('\n'));
    if (report !== undefined) print(`the page of it: ${report}`);
  }
  return summary.held ? exitCodes.done : exitCodes.failed;
}

function tell(name: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${paint('dim', `… ${name}`)}\n`);
}

function refuseTogether(given: Given): void {
  if (given.has('peak'))
    throw given.wrong('`--peak` is about platforms', 'name one, or say with `--capacity` what a machine serves');
  for (const flag of ['chaos', 'recording']) {
    if (given.has(flag))
      throw given.wrong(
        `\`--${flag}\` is about a platform’s scenario`,
        'leave it out, or name a platform and a scenario',
      );
  }
  if (given.has('seeds')) {
    if (given.has('policies') || given.has('report'))
      throw given.wrong(
        'several seeds are played by Spillway alone',
        'leave out `--policies` and `--report`, or `--seeds`',
      );
  } else if (given.has('lines')) {
    throw given.wrong('`--lines` is about several seeds', 'say which, for example `--seeds 1..100`');
  }
}
