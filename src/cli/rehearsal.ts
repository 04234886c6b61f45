/** A rehearsal as a person sees it: the live view, then the verdict; and what is kept of it in files. */
import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { rehearse, type Rehearsed, type RehearseOptions } from '../app/rehearse/index.ts';
import { liveLines, reportPage, verdictLines, type Recording } from '../app/rehearse/shown.ts';
import type { Work } from '../app/work.ts';
import { SpillwayError } from '../model/errors.ts';
import { paint, print } from './output.ts';

interface Shown extends Omit<RehearseOptions, 'progress'> {
  /** Then nothing is shown. */
  readonly json: boolean;
  /** Paths of the page and of the JSON that are written of it. */
  readonly report?: string;
  readonly recording?: string;
}

export async function rehearseWithView(
  work: Work,
  { json, report, recording: recordingFile, ...options }: Shown,
): Promise<Rehearsed> {
  for (const path of [report, recordingFile]) if (path !== undefined) refuseUnwritable(path);
  const view = json ? undefined : createView();
  const ending = () => view?.say('ending: machines that came for it go first; Ctrl-C again ends at once');
  options.signal.addEventListener('abort', ending, { once: true });
  const rehearsed = await rehearse(work, { ...options, progress: (so) => view?.show(so) });
  options.signal.removeEventListener('abort', ending);
  const { recording, verdict } = rehearsed;
  view?.show(recording);
  view?.say(`\n${verdictLines(verdict, paint).join('\n')}`);
  if (recordingFile !== undefined) write(recordingFile, JSON.stringify(recording));
  if (report !== undefined) write(report, reportPage(recording, verdict));
  return rehearsed;
}

/** At a terminal each view takes the place of the one before; elsewhere one line every few seconds is enough. */
function createView(): { show: (recording: Recording) => void; say: (text: string) => void } {
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
    say(text) {
      print(text);
      // The next view stands below it.
      shownLines = 0;
    },
  };
}

/** Before minutes are spent on what could not be kept. */
function refuseUnwritable(path: string): void {
  kept(path, () => accessSync(dirname(path), constants.W_OK));
}

function write(path: string, text: string): void {
  kept(path, () => writeFileSync(path, text));
}

function kept(path: string, use: () => void): void {
  try {
    use();
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause)) throw cause;
    throw new SpillwayError({
      code: 'cannot-write',
      message: `${path} cannot be written: ${cause.message}`,
      mend: 'name a file in a folder that is there and that you may write to',
      cause,
    });
  }
}

/** Chosen: a log of a rehearsal of minutes stays readable. */
const quietSeconds = 10;
const quietColumns = 100;
