import { writeFileSync } from 'node:fs';
import { load } from '../app/load.ts';
import { findScenario } from '../app/rehearse/find-scenario.ts';
import { rehearse } from '../app/rehearse/index.ts';
import { liveLines, reportPage, verdictLines, type Recording } from '../app/rehearse/shown.ts';
import { withWork } from '../app/work.ts';
import { exitCodes } from '../model/errors.ts';
import type { CommandCall } from './command.ts';
import { untilInterrupted } from './interrupt.ts';
import { paint, print, printJson } from './output.ts';

export async function run({
  toolbox,
  operands: [which = '', scenarioName = ''],
  options,
  json,
}: CommandCall): Promise<number> {
  const loaded = load(toolbox, which);
  const found = findScenario({ toolbox, ...loaded }, scenarioName);
  return withWork(toolbox, loaded, async (work) => {
    const view = json ? undefined : createView();
    const signal = untilInterrupted(() => undefined);
    const { recording, verdict } = await rehearse(work, { ...found, signal, progress: (so) => view?.show(so) });
    view?.show(recording);
    if (typeof options.recording === 'string') writeFileSync(options.recording, JSON.stringify(recording));
    if (typeof options.report === 'string') writeFileSync(options.report, reportPage(recording, verdict));
    if (json) printJson(verdict);
    else print(`\n${verdictLines(verdict, paint).join('\n')}`);
    return verdict.held ? exitCodes.done : exitCodes.failed;
  });
}

/** At a terminal each view takes the place of the one before; elsewhere one line every few seconds is enough. */
function createView(): { show: (recording: Recording) => void } {
  const { stdout } = process;
  let shownLines = 0;
  let shownSecond = -1;
  return {
    show(recording) {
      if (!stdout.isTTY) {
        const second = recording.seconds.length;
        if (second < shownSecond + quietSeconds) return;
        shownSecond = second;
        print(liveLines(recording, quietColumns).slice(0, 4).join('\n'));
        return;
      }
      const lines = liveLines(recording, stdout.columns, paint).slice(0, stdout.rows - 1);
      stdout.write(`${shownLines === 0 ? '' : `\u001b[${shownLines}A\u001b[J`}${lines.join('\n')}\n`);
      shownLines = lines.length;
    },
  };
}

/** Chosen: a log of a rehearsal of minutes stays readable. */
const quietSeconds = 10;
const quietColumns = 100;
