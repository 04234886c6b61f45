import { rehearsals, type Rehearsal } from '../app/rehearse/journal-verdict.ts';
import { loadApplied } from '../app/releases/revisions.ts';
import { exitCodes } from '../model/errors.ts';
import type { CommandCall } from './command.ts';
import { countIn } from './given.ts';
import { paint, print, printJson, table } from './output.ts';

export function run({ toolbox, operands: [which = ''], options, json }: CommandCall): Promise<number> {
  const limit = countIn(options.last, 20, '--last');
  const { platform } = loadApplied(toolbox, which).blueprint;
  const state = toolbox.openToLook(platform);
  try {
    const played = rehearsals(state.store, limit);
    if (json) printJson({ platform, rehearsals: played });
    else if (played.length === 0) print(`nothing was rehearsed on ${platform} yet`);
    else print(table(['over (UTC)', 'scenario', 'of the peak', 'verdict', ''], played.map(row)));
    return Promise.resolve(exitCodes.done);
  } finally {
    state.close();
  }
}

const colours = { held: 'green', 'not held': 'red', void: 'yellow' } as const;

function row({ atMs, scenario, share, outcome, says }: Rehearsal): readonly string[] {
  const at = new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
  return [at, scenario, `${Math.round(100 * share)} %`, paint(colours[outcome], outcome), paint('dim', says)];
}
