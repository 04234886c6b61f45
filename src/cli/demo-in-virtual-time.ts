/** The demo on a host that cannot run machines: it says so, and plays the same peak in virtual time. */
import { reportPage, verdictAsData, verdictLines } from '../app/rehearse/shown.ts';
import { prepareScenario } from '../app/simulate/prepare-scenario.ts';
import { simulateScenario } from '../app/simulate/scenario.ts';
import type { Toolbox } from '../app/toolbox.ts';
import { exitCodes, type SpillwayError } from '../model/errors.ts';
import { paint, print, printJson } from './output.ts';
import { write } from './written-files.ts';

interface Shown {
  readonly platform: string;
  readonly scenario: string;
  /** Why there are no machines. */
  readonly why: SpillwayError;
  readonly report: string;
  readonly json: boolean;
}

/** Chosen: any other would do. */
const seed = 1;

export async function demoInVirtualTime(toolbox: Toolbox, shown: Shown): Promise<number> {
  const { platform, scenario, why, report, json } = shown;
  if (!json)
    print(
      `${why.message}\n${paint('dim', 'mend:')} ${why.mend}\n\nSo no machine is made here. The same peak in virtual time:\n`,
    );
  const prepared = prepareScenario(toolbox, platform, scenario, { calibrated: true });
  const { verdict, recording } = await simulateScenario({ ...prepared, seed, chaos: false });
  write(report, reportPage(recording, verdict));
  const page = toolbox.files.resolve(report);
  if (json) {
    const simulation = { scenario, seed, report: page, verdict: verdictAsData(verdict, recording) };
    printJson({ platform, machines: false, why: why.message, simulation });
    return exitCodes.done;
  }
  print(verdictLines(verdict, paint).join('\n'));
  print(`\nThe whole of it, with its curves: ${paint('bold', page)}`);
  print(`Go on with: ./spillway simulate ${platform} ${scenario} --seeds 1..100 --chaos`);
  return exitCodes.done;
}
