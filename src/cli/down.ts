import { createInterface } from 'node:readline/promises';
import { down, platformToRemove } from '../app/down.ts';
import { exitCodes } from '../model/errors.ts';
import { counted, formatDuration } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { paint, print, printJson } from './output.ts';
import { progressOfDown } from './progress/of-down.ts';
import { noProgress, showProgress } from './progress/show.ts';

export async function run({ toolbox, operands: [which = ''], options, json }: CommandCall): Promise<number> {
  const nowMs = () => toolbox.clock.now();
  const platform = await platformToRemove(toolbox, which);
  const beganMs = nowMs();
  const shown = json ? noProgress : showProgress(nowMs);
  const { machines } = await down(toolbox, platform, {
    confirm: (names) => (options.yes === true ? Promise.resolve(true) : ask(platform, names)),
    progress: (event) => {
      shown.event(progressOfDown(event));
    },
  }).finally(() => shown.end());
  const took = formatDuration(nowMs() - beganMs);
  if (json) printJson({ platform, machines });
  else print(`${paint('green', '✓')} ${platform} is gone: ${counted(machines, 'machine')}, ${took}`);
  return exitCodes.done;
}

async function ask(platform: string, machines: readonly string[]): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(
    `Remove ${machines.length} machines of ${platform} (${machines.join(', ')}) and all data on them? Type its name: `,
  );
  terminal.close();
  return answer.trim() === platform;
}
