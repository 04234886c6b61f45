import { leaveControlled } from '../app/control/kept-running.ts';
import { entrancesNow } from '../app/entrances.ts';
import { load } from '../app/load.ts';
import { up, type UpOptions, type UpResult } from '../app/up.ts';
import { withWork, type Work } from '../app/work.ts';
import { exitCodes } from '../model/errors.ts';
import type { MachineName } from '../model/ids.ts';
import { counted, formatDuration } from '../model/quantities.ts';
import type { CommandCall } from './command.ts';
import { untilInterrupted } from './interrupt.ts';
import { paint, print, printJson } from './output.ts';
import { progressOfUp } from './progress/of-up.ts';
import { entranceText } from './status-view.ts';
import { noProgress, showProgress } from './progress/show.ts';

export async function run({ toolbox, operands: [which = ''], options, json }: CommandCall): Promise<number> {
  const loaded = load(toolbox, which, options.as as string | undefined);
  const { platform } = loaded.blueprint;
  return withWork(toolbox, loaded, async (work) => {
    const replace = new Set((options.replace ?? []) as MachineName[]);
    const { steps, tookMs, revision } = await upWithProgress(work, {
      ...{
        acceptLosses: options.yes === true,
        again: options.again === true,
        fromHere: options.fromHere === true,
        replace,
        json,
      },
      signal: untilInterrupted(() => undefined),
    });
    const entrances = await entrancesNow(work);
    const controller = options.controller === false ? undefined : leaveControlled(work);
    if (json)
      printJson({
        platform,
        stepsDone: steps,
        tookMs,
        entrances,
        ...(controller !== undefined && { controller }),
        ...(revision !== undefined && { revision }),
      });
    else {
      const applied = revision === undefined ? '' : `, revision ${revision}`;
      print(`${paint('green', '✓')} ${platform} is up: ${counted(steps, 'step')}, ${formatDuration(tookMs)}${applied}`);
      for (const entrance of entrances) print(entranceText(entrance));
      if (controller === 'started')
        print(
          paint(
            'dim',
            `a controller runs in the background; \`spillway events ${platform} --follow\` shows what it does`,
          ),
        );
    }
    return exitCodes.done;
  });
}

/** `up` as a person sees it: with its stages, and ended by Ctrl-C. */
export async function upWithProgress(
  work: Work,
  { json, signal, ...options }: Omit<UpOptions, 'progress'> & { readonly json: boolean; readonly signal: AbortSignal },
): Promise<UpResult> {
  const shown = json ? noProgress : showProgress(() => work.toolbox.clock.now());
  const stopping = () => {
    shown.event({ kind: 'stopping' });
  };
  signal.addEventListener('abort', stopping, { once: true });
  try {
    return await up(work, {
      ...options,
      signal,
      progress: (event) => {
        progressOfUp(event).forEach(shown.event);
      },
    });
  } finally {
    signal.removeEventListener('abort', stopping);
    await shown.end();
  }
}
