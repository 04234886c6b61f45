import { createInterface } from 'node:readline/promises';
import { down } from '../app/down.ts';
import { load } from '../app/load.ts';
import type { Toolbox } from '../app/toolbox.ts';
import { exitCodes } from '../model/errors.ts';
import type { PlatformName } from '../model/ids.ts';
import { formatDuration } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { paint, print, printJson } from './output.ts';

export async function run({ toolbox, operands: [which = ''], options, json }: CommandCall): Promise<number> {
  const platform = await platformNamed(toolbox, which);
  const beganMs = toolbox.clock.now();
  const { machines } = await down(toolbox, platform, {
    confirm: (names) => (options.yes === true ? Promise.resolve(true) : ask(platform, names)),
    progress: (line) => {
      if (!json) process.stderr.write(`${paint('dim', line)}\n`);
    },
  });
  if (json) printJson({ platform, machines });
  else
    print(
      `${paint('green', '✓')} ${platform} is gone: ${machines} machines, ${formatDuration(toolbox.clock.now() - beganMs)}`,
    );
  return exitCodes.done;
}

/** A platform that exists needs no blueprint to be removed. */
async function platformNamed(toolbox: Toolbox, which: string): Promise<PlatformName> {
  const there = (await Promise.all(toolbox.engines().map((engine) => engine.platforms()))).flat();
  const known = [...there, ...toolbox.knownPlatforms()];
  return known.find((name) => name === which) ?? load(toolbox, which).blueprint.platform;
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
